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


def gru_cell_reset_before(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    """One step of the GRU of Cho et al. 2014, version 1: the state is reset before it is multiplied."""

    def gate(k, h):
        weights = [tensor.chunk(3)[k] for tensor in (weight_ih, weight_hh, bias_ih, bias_hh)]
        return x @ weights[0].T + weights[2] + h @ weights[1].T + weights[3]

    r, z = torch.sigmoid(gate(0, h)), torch.sigmoid(gate(1, h))
    n = torch.tanh(gate(2, r * h))
    return (1 - z) * n + z * h


class GruResetBefore(nn.Module):
    """A stack of such cells with the parameters of nn.GRU: row by row, each only as long as it is, without padding."""

    def __init__(self, input_size, hidden_size, layers, bidirectional):
        super().__init__()
        gru = nn.GRU(input_size, hidden_size, layers, bidirectional=bidirectional)
        for name, weight in gru.named_parameters():
            self.register_parameter(name, weight)
        self.suffixes = [
            [f"l{layer}{end}" for end in (["", "_reverse"] if bidirectional else [""])] for layer in range(layers)
        ]

    def walk(self, x, h, suffix):
        """x [T, D], h [H] -> outputs [T, H] in the order of x, last state."""
        weights = [getattr(self, f"{name}_{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        outputs = []
        for step in reversed(x) if suffix.endswith("reverse") else x:
            h = gru_cell_reset_before(step, h, *weights)
            outputs.append(h)
        return torch.stack(outputs[::-1] if suffix.endswith("reverse") else outputs), h

    def row(self, x, states):
        finals = []
        for suffixes in self.suffixes:
            runs = [self.walk(x, states[len(finals) + i], suffix) for i, suffix in enumerate(suffixes)]
            x = torch.cat([outputs for outputs, _ in runs], 1)
            finals += [final for _, final in runs]
        return x, torch.stack(finals)

    def forward(self, x, lengths, h):
        """x [B, T, D], lengths [B], h [L * directions, B, H] -> padded outputs, last states."""
        rows = [self.row(row[:length], h[:, b]) for b, (row, length) in enumerate(zip(x, lengths))]
        padded = [nn.functional.pad(outputs, (0, 0, 0, x.shape[1] - len(outputs))) for outputs, _ in rows]
        return {"outputs": torch.stack(padded), "h": torch.stack([final for _, final in rows], 1)}


class Pooling(nn.Module):
    """Yang et al. 2016, equations 5 to 7."""

    def __init__(self, size, units):
        super().__init__()
        self.weight, self.bias, self.energy_weight = parameter(units, size), parameter(units), parameter(1, units)

    def forward(self, x, mask):
        energies = torch.tanh(x @ self.weight.T + self.bias) @ self.energy_weight[0]
        shares = torch.softmax(energies.masked_fill(~mask, -math.inf), 1)
        return torch.einsum("bt,btd->bd", shares, x)


def gru_gates(h, projected, projected_state):
    r, z, n = (projected[..., i * h.shape[-1]:(i + 1) * h.shape[-1]] for i in range(3))
    hr, hz, hn = projected_state.chunk(3, -1)
    z = torch.sigmoid(z + hz)
    return (1 - z) * torch.tanh(n + torch.sigmoid(r + hr) * hn) + z * h


class MultiHeadAttention(nn.Module):
    """PyTorch's own, with its weights where ours are: one matrix for each of query, key, value and output."""

    def __init__(self, query_size, memory_size, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(query_size, query_size)
        self.key = nn.Linear(memory_size, query_size)
        self.value = nn.Linear(memory_size, query_size)
        self.output = nn.Linear(query_size, query_size)

    def forward(self, queries, memory, mask):
        bias = torch.cat([self.query.bias, self.key.bias, self.value.bias])
        output, weights = nn.functional.multi_head_attention_forward(
            queries.transpose(0, 1), memory.transpose(0, 1), memory.transpose(0, 1),
            queries.shape[2], self.heads, None, bias, None, None, False, 0.0,
            self.output.weight, self.output.bias, key_padding_mask=~mask, need_weights=True,
            average_attn_weights=False, use_separate_proj_weight=True,
            q_proj_weight=self.query.weight, k_proj_weight=self.key.weight, v_proj_weight=self.value.weight)
        return output.transpose(0, 1), weights
