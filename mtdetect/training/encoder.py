"""The encoder of the second opinion: its network, how it is trained, and the file it becomes.

Needs PyTorch and ONNX (``pip install "mtdetect[train-deep]"``); scoring needs neither.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from mtdetect.deep import VOCABULARY, WINDOW, folded, tokenizer
from mtdetect.text.normalise import normalise
from mtdetect.training.data import fold_of, machine_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.units import Sample

WIDTH, LAYERS, HEADS = 384, 6, 12
PIECES, PLACES = 30522, 512

MACHINES, TWINS, UNPAIRED = 16, 11, 5
"""Texts of each kind in a step; the twins are those of as many of the machine texts."""

FEWEST_PIECES = 23
"""Shorter texts are not learned from."""

POOL = 24
"""Steps drawn at a time and sorted by length, so that little of a batch is padding."""

NAMES = {
    "w": "embeddings.word_embeddings",
    "p": "embeddings.position_embeddings",
    "t": "embeddings.token_type_embeddings",
    "n": "embeddings.LayerNorm",
    **{
        f"layers.{i}.{ours}": f"encoder.layer.{i}.{theirs}"
        for i in range(LAYERS)
        for ours, theirs in (
            ("q", "attention.self.query"),
            ("k", "attention.self.key"),
            ("v", "attention.self.value"),
            ("o", "attention.output.dense"),
            ("n1", "attention.output.LayerNorm"),
            ("f1", "intermediate.dense"),
            ("f2", "output.dense"),
            ("n2", "output.LayerNorm"),
        )
    },
}
"""What the parts of the network are called in the pretrained encoder's file."""


class Layer(nn.Module):
    """One layer of a BERT encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.n1, self.n2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))
        self.f1, self.f2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Any, mask: Any) -> Any:  # noqa: ANN401 - tensors
        """(texts, pieces, WIDTH) the next layer's input; ``mask`` is added to the attention."""
        texts, pieces, _ = x.shape
        size = WIDTH // HEADS

        def apart(y: Any) -> Any:  # noqa: ANN401 - a tensor
            return y.view(texts, pieces, HEADS, size).transpose(1, 2)

        close = (apart(self.q(x)) * size**-0.5) @ apart(self.k(x)).transpose(2, 3)
        if mask is not None:
            close = close + mask
        seen = torch.softmax(close, -1, dtype=x.dtype) @ apart(self.v(x))
        x = self.n1(x + self.o(seen.transpose(1, 2).reshape(texts, pieces, WIDTH)))
        return self.n2(x + self.f2(functional.gelu(self.f1(x))))


class Network(nn.Module):
    """The encoder and its answer: log-odds from the mean and the maximum over the pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.w, self.p = nn.Embedding(PIECES, WIDTH), nn.Embedding(PLACES, WIDTH)
        self.t, self.n = nn.Embedding(2, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Sequential(
            nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.1), nn.Linear(WIDTH, 1)
        )

    def forward(self, ids: Any, mask: Any = None) -> Any:  # noqa: ANN401 - tensors
        """(texts,) log-odds; ``mask``: (texts, pieces) where there is a piece, None for all."""
        x = self.n(self.w(ids) + self.p.weight[: ids.shape[1]] + self.t.weight[0])
        if mask is None:
            for layer in self.layers:
                x = layer(x, None)
            return self.head(torch.cat([x.mean(1), x.max(1).values], 1))[:, 0]
        hidden = torch.where(mask, 0.0, -30.0).to(x.dtype)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, hidden)
        there = mask[..., None]
        mean = (x * there).sum(1) / there.sum(1)
        highest = x.masked_fill(~there, -1e4).max(1).values
        return self.head(torch.cat([mean, highest], 1))[:, 0]


def pretrained(file: Path) -> Network:
    """A network with the weights of a BERT encoder of this size, and an answer yet to be learned.

    Raises:
        KeyError, RuntimeError: the file holds another kind of network.
    """
    stored = {name.removeprefix("bert."): value for name, value in load_file(file).items()}
    network = Network()
    weights = {
        f"{ours}.{kind}": stored[f"{theirs}.{kind}"].float()
        for ours, theirs in NAMES.items()
        for kind in (("weight",) if ours in {"w", "p", "t"} else ("weight", "bias"))
    }
    missing = network.load_state_dict(weights, strict=False).missing_keys
    if any(not name.startswith("head.") for name in missing):
        raise KeyError(missing[0])
    return network


@dataclass(frozen=True)
class Lessons:
    """Texts to learn from, as word pieces.

    Attributes:
        pieces: of every text, the marks of the ends included.
        machine: (n_machine,) indices of machine texts that have a human twin.
        twins: (n_machine,) index of each one's twin.
        unpaired: (n_unpaired,) indices of human texts without one.
        chances: how often each machine text, and each unpaired one, is drawn.
    """

    pieces: list[NDArray[np.int64]]
    machine: NDArray[np.int64]
    twins: NDArray[np.int64]
    unpaired: NDArray[np.int64]
    chances: tuple[NDArray[np.float64], NDArray[np.float64]]

    @classmethod
    def of(cls, units: Sequence[Sample], vocabulary: list[str], held: Collection[int]) -> Lessons:
        """From the style model's training units, without the folds ``held``."""
        made = tokenizer(vocabulary)
        ends = made.token_to_id("[CLS]"), made.token_to_id("[SEP]")
        texts = [folded(normalise(unit.text).lower()) for unit in units]
        pieces = [
            np.array([ends[0], *found.ids, ends[1]])
            for found in made.encode_batch(texts, add_special_tokens=False)
        ]
        lengths = np.array([len(p) for p in pieces])
        machine = np.array([unit.label == "mt" for unit in units])
        usable = lengths > FEWEST_PIECES + 1
        usable &= ~np.isin([fold_of(unit.group) for unit in units], list(held))
        twin_of: dict[str, int] = {}
        human = np.flatnonzero(usable & ~machine).tolist()
        for i in human:
            twin_of.setdefault(units[i].twin, i)
        paired = [i for i in np.flatnonzero(usable & machine).tolist() if units[i].twin in twin_of]
        known = {units[i].twin for i in paired}
        unpaired = [i for i in human if units[i].twin not in known]
        weights = machine_weights(units) * np.minimum(lengths, WINDOW + 2)
        first, second = weights[paired], weights[unpaired]
        return cls(
            pieces,
            np.array(paired),
            np.array([twin_of[units[i].twin] for i in paired]),
            np.array(unpaired),
            (first / first.sum(), second / second.sum()),
        )

    def steps(self, rng: np.random.Generator) -> Iterator[tuple[list[int], NDArray[np.int64]]]:
        """For each step texts, machine ones first, then twins, and of which machine texts."""
        lengths = np.array([len(p) for p in self.pieces])
        while True:
            drawn = rng.choice(len(self.machine), MACHINES * POOL, p=self.chances[0])
            drawn = drawn[np.argsort(lengths[self.machine[drawn]])].reshape(POOL, MACHINES)
            others = rng.choice(self.unpaired, UNPAIRED * POOL, p=self.chances[1])
            others = others[np.argsort(lengths[others])].reshape(POOL, UNPAIRED)
            for i in rng.permutation(POOL):
                of = rng.permutation(MACHINES)[:TWINS]
                human = [*self.twins[drawn[i][of]], *others[i]]
                yield [*self.machine[drawn[i]], *human], of

    def batch(self, texts: Sequence[int], rng: np.random.Generator) -> tuple[Any, Any]:
        """Ids and mask of a window of each text, at a random place of a longer one."""
        cropped = [self._window(self.pieces[i], rng) for i in texts]
        longest = max(map(len, cropped))
        ids = np.zeros((len(cropped), longest), dtype=np.int64)
        mask = np.zeros(ids.shape, dtype=bool)
        for row, found in enumerate(cropped):
            ids[row, : len(found)], mask[row, : len(found)] = found, True
        return torch.from_numpy(ids), torch.from_numpy(mask)

    @staticmethod
    def _window(pieces: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        if len(pieces) <= WINDOW + 2:
            return pieces
        start = rng.integers(1, len(pieces) - WINDOW)
        return np.concatenate([pieces[:1], pieces[start : start + WINDOW], pieces[-1:]])


def train(
    network: Network,
    lessons: Lessons,
    *,
    steps: int,
    rate: float,
    seed: int,
    progress: Callable[[str], None],
) -> None:
    """Teach the network to tell machine from human, and each machine text from its own twin.

    Args:
        network: is changed.
        lessons: what it learns from.
        steps: of gradient descent (AdamW), the rate falling to zero over them.
        rate: the highest learning rate, after a short rise.
        seed: of all draws.
        progress: told the mean loss now and then.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    matrices = [p for p in network.parameters() if p.ndim > 1]
    vectors = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    rise = min(100, steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / rise) * (1 - step / steps)
    )
    network.train()
    mean = None
    for step, (texts, of) in zip(range(1, steps + 1), lessons.steps(rng), strict=False):
        answers = torch.zeros(len(texts))
        answers[:MACHINES] = 1
        with torch.autocast("cpu", torch.bfloat16):
            said = network(*lessons.batch(texts, rng)).float()
        above = said[torch.from_numpy(of)] - said[MACHINES : MACHINES + TWINS]
        loss = functional.binary_cross_entropy_with_logits(said, answers)
        loss = loss + 0.5 * functional.softplus(-above).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 100 == 0:
            progress(f"step {step:,} of {steps:,}: loss {mean:.3f}")


def export(network: Network, vocabulary: list[str], path: Path) -> None:
    """Write the network, in whole numbers of 8 bits, and its word pieces as one ONNX file.

    Weights keep 7 of the 8 bits: processors without special instructions for products of whole
    numbers would overflow, and the score would depend on the machine.
    """
    network.eval()
    length = torch.export.Dim("length", min=2, max=PLACES)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            (torch.ones(1, 40, dtype=torch.int64),),
            plain,
            input_names=["ids"],
            output_names=["log_odds"],
            dynamic_shapes={"ids": {1: length}},
            dynamo=True,
            external_data=False,
        )
        model = onnx.load(plain)
        del model.graph.value_info[:]  # shapes as they were before the export's own changes
        onnx.save(model, plain)
        quantize_dynamic(
            plain,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"MatMulConstBOnly": True},
        )
    model = onnx.load(path)
    _forget(model)
    onnx.helper.set_model_props(model, {VOCABULARY: "\n".join(vocabulary)})
    onnx.save(model, path)


def _forget(model: Any) -> None:  # noqa: ANN401 - a message of ONNX
    """Take out where in which file each step was programmed."""
    graph = model.graph
    named = [*graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]
    for part in [model, graph, *named]:
        part.doc_string = ""
        del part.metadata_props[:]
