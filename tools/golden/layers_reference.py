"""What PyTorch has no module for, written plainly and apart from the toolkit's own code: looks every equation up step
by step, projects nothing ahead of time, and concatenates where the papers do. Parameters bear the toolkit's names."""

import math

import torch
from torch import nn


def parameter(*shape):
    return nn.Parameter(torch.empty(*shape).uniform_(-1, 1))


class Attention(nn.Module):
    """Scores of Bahdanau et al. 2015, Luong et al. 2015 and Vaswani et al. 2017, one pair at a time."""

    def __init__(self, score, query_size, key_size, size):
        super().__init__()
        self.score = score
        if score == "additive":
            self.query_weight = parameter(size, query_size)
            self.key_weight = parameter(size, key_size)
        if score == "concat":
            self.pair_weight = parameter(size, query_size + key_size)
        if score in ("additive", "concat"):
            self.energy_weight = parameter(1, size)
        if score == "general":
            self.key_weight = parameter(query_size, key_size)

    def energy(self, query, key):
        if self.score == "additive":
            return (self.energy_weight @ torch.tanh(self.query_weight @ query + self.key_weight @ key)).squeeze()
        if self.score == "concat":
            return (self.energy_weight @ torch.tanh(self.pair_weight @ torch.cat([query, key]))).squeeze()
        if self.score == "general":
            return query @ (self.key_weight @ key)
        return query @ key / (math.sqrt(len(query)) if self.score == "scaledDot" else 1)

    def forward(self, queries, memory, mask):
        """queries [B, K, Q], memory [B, S, M], mask [B, S] -> context [B, K, M], weights [B, K, S]."""
        weights = torch.stack([
            torch.stack([self.weights(query, keys, valid) for query in rows])
            for rows, keys, valid in zip(queries, memory, mask)
        ])
        return torch.einsum("bks,bsm->bkm", weights, memory), weights

    def weights(self, query, keys, valid):
        energies = torch.stack([self.energy(query, key) for key in keys])
        return torch.softmax(energies.masked_fill(~valid, -math.inf), 0)


class Decoder(nn.Module):
    """LSTM decoders with attention, with PyTorch's LSTMCell."""

    def __init__(self, style, score, input_size, hidden_size, memory_size, attention_size):
        super().__init__()
        self.style = style
        fed_size = hidden_size if style == "luong" else memory_size
        cell = nn.LSTMCell(input_size + fed_size, hidden_size)
        self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh = cell.parameters()
        self.attention = Attention(score, hidden_size, memory_size, attention_size)
        if style == "luong":
            self.combine = nn.Linear(memory_size + hidden_size, hidden_size, bias=False)

    def attend(self, h, memory, mask):
        context, weights = self.attention(h[:, None], memory, mask)
        return context[:, 0], weights[:, 0]

    def cell(self, x, state):
        return torch.lstm_cell(x, state, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)

    def forward(self, x, memory, mask, state):
        hidden, contexts, attention, attentional = [], [], [], []
        fed = torch.zeros_like(state[0])
        for word in x.unbind(1):
            if self.style == "luong":
                state = self.cell(torch.cat([word, fed], 1), state)
                context, weights = self.attend(state[0], memory, mask)
                fed = torch.tanh(self.combine(torch.cat([context, state[0]], 1)))
                attentional.append(fed)
            else:
                context, weights = self.attend(state[0], memory, mask)
                state = self.cell(torch.cat([word, context], 1), state)
            hidden.append(state[0])
            contexts.append(context)
            attention.append(weights)
        outputs = {"hidden": hidden, "context": contexts, "attention": attention, "attentional": attentional}
        return {"c": state[1], **{name: torch.stack(steps, 1) for name, steps in outputs.items() if steps}}


class GruResetBefore(nn.Module):
    """GRU of Cho et al. 2014, version 1: the state is reset before it is multiplied."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        cell = nn.GRUCell(input_size, hidden_size)
        self.weight_ih_l0, self.weight_hh_l0, self.bias_ih_l0, self.bias_hh_l0 = cell.parameters()

    def forward(self, x, h):
        input_weights, hidden_weights = self.weight_ih_l0.chunk(3), self.weight_hh_l0.chunk(3)
        input_biases, hidden_biases = self.bias_ih_l0.chunk(3), self.bias_hh_l0.chunk(3)

        def gate(k, x, h):
            return x @ input_weights[k].T + input_biases[k] + h @ hidden_weights[k].T + hidden_biases[k]

        outputs = []
        for step in x.unbind(1):
            r, z = torch.sigmoid(gate(0, step, h)), torch.sigmoid(gate(1, step, h))
            n = torch.tanh(gate(2, step, r * h))
            h = (1 - z) * n + z * h
            outputs.append(h)
        return {"outputs": torch.stack(outputs, 1), "h": h}
