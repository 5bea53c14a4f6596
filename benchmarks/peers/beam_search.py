"""Batched beam search with the translation network of @attentive/nlp, encoder included, in plain PyTorch: all
hypotheses of all sentences in one step, selection and reordering as tensor operations, finished sentences taken out.
Shapes: B sentences, K hypotheses, S source positions, H hidden, E embedding, V vocabulary."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from made_up import fill_made_up, made_up_sentences, padded

PAD, BEGIN, END = 0, 2, 3
END_BIAS = 3


class Attention(nn.Module):
    def __init__(self, query_size: int, memory_size: int):
        super().__init__()
        self.query_weight = nn.Parameter(torch.empty(query_size, query_size))
        self.key_weight = nn.Parameter(torch.empty(query_size, memory_size))
        self.energy_weight = nn.Parameter(torch.empty(1, query_size))

    def forward(self, query: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
        """query [B, K, H], keys [B, S, H], values [B, S, M] -> context [B, K, M]."""
        energies = torch.tanh(F.linear(query, self.query_weight)[:, :, None] + keys[:, None])
        scores = F.linear(energies, self.energy_weight).squeeze(-1) + bias[:, None]
        return torch.bmm(F.softmax(scores, dim=-1), values)


class Decoder(nn.Module):
    def __init__(self, E: int, H: int):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.empty(4 * H, E + 2 * H))
        self.weight_hh = nn.Parameter(torch.empty(4 * H, H))
        self.bias_ih = nn.Parameter(torch.empty(4 * H))
        self.bias_hh = nn.Parameter(torch.empty(4 * H))
        self.attention = Attention(H, 2 * H)


class TranslationModel(nn.Module):
    def __init__(self, V: int, E: int, H: int):
        super().__init__()
        self.source_embedding = nn.Embedding(V, E)
        self.target_embedding = nn.Embedding(V, E)
        self.encoder = nn.LSTM(E, H, bidirectional=True, batch_first=True)
        self.initial = nn.Linear(2 * H, H)
        self.decoder = Decoder(E, H)
        self.readout = nn.Linear(3 * H + E, E)
        self.output_bias = nn.Parameter(torch.empty(V))

    def encode(self, source: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        lengths = mask.sum(1)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.source_embedding(source), lengths.long(), batch_first=True, enforce_sorted=False
        )
        memory, _ = nn.utils.rnn.pad_packed_sequence(self.encoder(packed)[0], batch_first=True)
        h = torch.tanh(self.initial(memory.sum(1) / lengths[:, None]))
        return memory, F.linear(memory, self.decoder.attention.key_weight), h

    def step(self, words: Tensor, h: Tensor, c: Tensor, memory: Tensor, keys: Tensor, bias: Tensor):
        """words [B, K], h and c [B * K, H] -> log-probabilities [B, K, V] and the next state."""
        B, K = words.shape
        word = self.target_embedding(words.reshape(-1))
        context = self.decoder.attention(h.view(B, K, -1), keys, memory, bias).view(B * K, -1)
        d = self.decoder
        inputs = torch.cat([word, context], 1)
        h, c = torch._VF.lstm_cell(inputs, (h, c), d.weight_ih, d.weight_hh, d.bias_ih, d.bias_hh)
        read = torch.tanh(self.readout(torch.cat([h, context, word], 1)))
        logits = F.linear(read, self.target_embedding.weight, self.output_bias)
        return F.log_softmax(logits, dim=-1).view(B, K, -1), h, c


@torch.inference_mode()
def beam_search(model: TranslationModel, source: Tensor, mask: Tensor, K: int, max_length: int) -> list[float]:
    """The best score of each sentence under the length penalty ((5 + length) / 6) of Wu et al. 2016."""
    memory, keys, h = model.encode(source, mask)
    bias = (1 - mask) * -1e9
    B = source.shape[0]
    c = torch.zeros_like(h)
    words, totals = torch.full((B, 1), BEGIN), torch.zeros(B, 1)
    history = torch.empty(B, 1, 0, dtype=torch.long)
    sentences = list(range(B))
    found: list[list[tuple[float, Tensor]]] = [[] for _ in range(B)]
    ranks = torch.arange(2 * K)
    for length in range(1, max_length + 1):
        log_probs, h, c = model.step(words, h, c, memory, keys, bias)
        log_probs[:, :, [PAD, BEGIN]] = -torch.inf
        B, beams, V = log_probs.shape
        scores, places = (totals[:, :, None] + log_probs).view(B, -1).topk(2 * K)
        parents, tokens = places // V, places % V
        ended = tokens == END
        penalty = (5 + length) / 6
        for b, rank in ended[:, :K].nonzero().tolist():
            found[sentences[b]].append((scores[b, rank].item() / penalty, history[b, parents[b, rank]]))
        # The first K that have not ended, in their order.
        chosen = (ranks + ended * 2 * K).topk(K, largest=False).indices
        totals, words = scores.gather(1, chosen), tokens.gather(1, chosen)
        parents = parents.gather(1, chosen)
        reachable = (totals[:, 0] / ((5 + max_length) / 6)).tolist()
        kept = [b for b, s in enumerate(sentences) if not done(found[s], reachable[b], K)]
        if not kept or length == max_length:
            for b in kept:
                best = totals[b, 0].item() / penalty
                found[sentences[b]] = found[sentences[b]] or [(best, history[b, parents[b, 0]])]
            break
        rows = (torch.arange(B)[:, None] * beams + parents)[kept].view(-1)
        h, c = h[rows], c[rows]
        history = torch.cat([history.flatten(0, 1)[rows].view(len(kept), K, -1), words[kept][:, :, None]], 2)
        if len(kept) < B:
            memory, keys, bias = memory[kept], keys[kept], bias[kept]
            totals, words = totals[kept], words[kept]
            sentences = [sentences[b] for b in kept]
    return [max(hypotheses, key=lambda item: item[0])[0] for hypotheses in found]


def done(hypotheses: list[tuple[float, Tensor]], reachable: float, K: int) -> bool:
    return len(hypotheses) >= K or any(reachable <= score for score, _ in hypotheses)


def prepare(options: dict) -> Callable[[], float]:
    V, B = options["vocabularySize"], options["batch"]
    model = TranslationModel(V, options["embeddingSize"], options["hiddenSize"])
    fill_made_up(model)
    with torch.no_grad():
        model.output_bias[END] = END_BIAS
        model.source_embedding.weight[PAD] = 0
    source, mask = padded(made_up_sentences(B, options["sourceTime"], V), END)

    def run() -> float:
        return sum(beam_search(model, source, mask, options["beamSize"], options["maxLength"]))

    return run
