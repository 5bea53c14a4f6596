"""Attentive sequence-to-sequence model (Bahdanau et al. 2015): bidirectional LSTM encoder, additive attention,
LSTM decoder fed with the previous word and the context. Shapes: B batch, S source time, T target time, E
embedding, H hidden, V vocabulary."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TranslationModel(nn.Module):
    def __init__(self, vocabulary_size: int, embedding_size: int, hidden_size: int):
        super().__init__()
        V, E, H = vocabulary_size, embedding_size, hidden_size
        self.source_embedding = nn.Embedding(V, E)
        self.target_embedding = nn.Embedding(V, E)
        self.encoder = nn.LSTM(E, H, bidirectional=True)
        self.key = nn.Linear(2 * H, H, bias=False)
        self.query = nn.Linear(H, H, bias=False)
        self.score = nn.Linear(H, 1, bias=False)
        self.bridge = nn.Linear(2 * H, H)
        self.cell = nn.LSTMCell(E + 2 * H, H)
        self.readout = nn.Linear(3 * H, H)
        self.output = nn.Linear(H, V)

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """source [S, B] -> memory [B, S, 2H] and attention keys [B, S, H]."""
        memory, _ = self.encoder(self.source_embedding(source))
        memory = memory.transpose(0, 1).contiguous()
        return memory, self.key(memory)

    def initial_state(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.tanh(self.bridge(memory.mean(1)))
        return h, torch.zeros_like(h)

    def attend(self, h: Tensor, memory: Tensor, keys: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """h [B, H] -> context [B, 2H] and weights [B, S]."""
        scores = self.score(torch.tanh(keys + self.query(h).unsqueeze(1))).squeeze(-1) + bias
        weights = F.softmax(scores, dim=1)
        return torch.bmm(weights.unsqueeze(1), memory).squeeze(1), weights

    def step(self, word: Tensor, state: tuple[Tensor, Tensor], memory: Tensor, keys: Tensor, bias: Tensor):
        """One decoder step: word [B, E] -> features [B, 3H], next state, attention weights [B, S]."""
        context, weights = self.attend(state[0], memory, keys, bias)
        state = self.cell(torch.cat([word, context], dim=1), state)
        return torch.cat([state[0], context], dim=1), state, weights

    def logits(self, features: Tensor) -> Tensor:
        return self.output(torch.tanh(self.readout(features)))

    def loss(self, source: Tensor, source_mask: Tensor, inputs: Tensor, targets: Tensor, target_mask: Tensor) -> Tensor:
        """source [S, B], source_mask [B, S], inputs, targets and target_mask [T, B] -> mean cross-entropy per token."""
        memory, keys = self.encode(source)
        bias = (1 - source_mask) * -1e9
        state = self.initial_state(memory)
        words = self.target_embedding(inputs)
        features = []
        for word in words:
            feature, state, _ = self.step(word, state, memory, keys, bias)
            features.append(feature)
        logits = self.logits(torch.stack(features)).flatten(0, 1)
        losses = F.cross_entropy(logits, targets.flatten(), reduction="none")
        return (losses * target_mask.flatten()).sum() / target_mask.sum()
