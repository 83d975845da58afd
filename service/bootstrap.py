"""The composition root: the only place that names concrete classes of all rooms.

What is heavy is imported in the function that needs it: most commands need only a part.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.types import Side
from service.indexer import BundleIndexer
from service.settings import Home, Settings
from service.store.engine import server_address
from service.store.store import Store
from service.sync import SIDES
from service.vector_server import bundle_type

if TYPE_CHECKING:
    from indexing.bundle import Bundle
    from matcher.config import MatchConfig
    from matcher.embed import Embedder
    from matcher.fit import Fit
    from matcher.memory.compared import Comparer
    from matcher.pipeline import Matcher, SearchSide
    from matcher.protocols import Segmenter
    from matcher.reading.closely import CloseReader
    from matcher.requirements.verdicts import VerdictOdds
    from matcher.types import Need, Requirement
    from matcher.weight_file import Weights
    from models.base import Encoder, TokenEncoder
    from service.pairs import Pair


def open_store(settings: Settings) -> Store:
    """Open the records of the home, which is made if need be, or of the settings' database.

    Raises:
        HomeError: the home cannot be made.
        SettingsError: the address of the database cannot be used.
        StoreError: the database refuses.
    """
    home = Home(settings.home)
    home.prepare()
    return Store.open(server_address(settings.database) or home.database)


def load_encoder(settings: Settings) -> "Encoder":
    """Load the encoder of the settings, or the default one.

    Raises:
        UnknownModelError: there is none of that name.
        ModelsError: its files are absent, damaged or not what they should be.
    """
    from models.registry import DEFAULT_ENCODER, load_encoder

    return load_encoder(settings.encoder or DEFAULT_ENCODER)


def late_encoder(encoder: "Encoder") -> "TokenEncoder":
    """Return what gives token vectors beside an encoder: itself, or else the default one."""
    from models.base import TokenEncoder
    from models.registry import DEFAULT_ENCODER, load_encoder

    late = encoder if isinstance(encoder, TokenEncoder) else load_encoder(DEFAULT_ENCODER)
    if not isinstance(late, TokenEncoder):
        raise TypeError(f"the default encoder {DEFAULT_ENCODER} has no token vectors")
    return late


def make_embedder(encoder: "Encoder", weights: "Weights") -> "Embedder":
    """Bind an encoder to the centre that its weights were fitted with."""
    from matcher.embed import Centre, Embedder

    return Embedder(encoder, late_encoder(encoder), Centre.stored(weights.centre))


@cache
def make_segmenter() -> "Segmenter":
    """Give the word segmenter, one for all: its dictionary takes time and memory to load."""
    from matcher.text.segment import JiebaSegmenter

    return JiebaSegmenter()


def make_reader(weights: "Weights") -> "CloseReader | None":
    """Make what reads pairs together; none for weights that were fitted without it."""
    if not weights.read.by_offer:
        return None
    reader = close_reader(weights.odds)
    reader.naming = weights.naming
    reader.pairing = weights.pairing or reader.pairing
    reader.offers = frozenset(weights.read.by_offer)
    return reader


def close_reader(odds: "VerdictOdds") -> "CloseReader":
    """Load the reader; it names verdicts and pairs numbers as one without fitted models does.

    Raises:
        ModelsError: its files are absent, damaged or not what they should be.
    """
    from matcher.reading.closely import CloseReader
    from models.registry import load_reader

    return CloseReader(load_reader(), odds)


def find_requirements(need: "Need") -> "tuple[Requirement, ...]":
    """Read what a need asks for.

    Raises:
        EmptyQueryError: it has neither title nor text.
    """
    from matcher.requirements.verdicts import VerdictOdds
    from matcher.scoring import read_document

    document = read_document(need, make_segmenter())
    return close_reader(VerdictOdds()).asked([document])[0].requirements


def verify_models(settings: Settings) -> list[str]:
    """Compare the files of the models that come with the project, and of the one in use.

    Returns:
        The names of the models that were compared, all of them whole.

    Raises:
        ModelsError: a file is missing or is not what its card says.
    """
    from models.card import CARD_FILE, read_card, verify
    from models.registry import PAIR_READER, artifact_folder, shipped_names

    folders = {name: artifact_folder(name) for name in (*shipped_names(), PAIR_READER)}
    own = Path(settings.encoder).expanduser()
    if settings.encoder and settings.encoder not in folders and (own / CARD_FILE).is_file():
        folders[settings.encoder] = own
    for folder in folders.values():
        verify(folder, read_card(folder))
    return list(folders)


def open_index(settings: Settings, side: Side) -> "Bundle":
    """Open one side's index and compare all of its files with their hashes.

    Raises:
        IndexMissingError: there is none yet.
        CorruptIndexError: a file is missing or damaged.
    """
    return bundle_type(settings).open(Home(settings.home).index(side), verify="full")


def index_fingerprint(settings: Settings) -> str:
    """Return what an index that fits the settings was built with."""
    from matcher.indexer import bundle_fingerprint
    from service.weights.found import find_weights

    encoder = load_encoder(settings)
    embedder = make_embedder(encoder, find_weights(encoder, Home(settings.home)))
    return bundle_fingerprint(embedder, make_segmenter())


def make_indexer(
    settings: Settings, progress: Callable[[float], None] = lambda share: None
) -> BundleIndexer:
    """Make what `service.sync` builds indexes with; an encoder's first use fits its weights."""
    from service.weights.fitting import find_or_fit

    encoder, segmenter = load_encoder(settings), make_segmenter()
    late = late_encoder(encoder)
    weights = find_or_fit(encoder, late, segmenter, Home(settings.home), close_reader, progress)
    return BundleIndexer(make_embedder(encoder, weights), segmenter, bundle_type(settings))


def make_matcher(
    settings: Settings,
    store: Store,
    config: "MatchConfig | None" = None,
    index_home: Home | None = None,
) -> "Matcher":
    """Open both indexes of the home, or of another one, for matching.

    Raises:
        NoWeightsError: the encoder was never used for an index here.
        IndexingError: an index is missing, damaged, or was built with another encoder.
    """
    from matcher.pipeline import Matcher
    from service.weights.found import find_weights

    home = index_home or Home(settings.home)
    encoder, segmenter = load_encoder(settings), make_segmenter()
    weights = find_weights(encoder, Home(settings.home))
    embedder = make_embedder(encoder, weights)
    sides = open_sides(home, store, embedder, segmenter, bundle_type(settings))
    reader = make_reader(weights) if config is None or config.read else None
    return Matcher(sides, embedder, segmenter, weights, config, reader)


def open_sides(
    home: Home,
    store: Store,
    embedder: "Embedder",
    segmenter: "Segmenter",
    bundles: "type[Bundle]",
) -> "dict[Side, SearchSide]":
    """Open both indexes of a home, with their records.

    Raises:
        IndexingError: an index is missing, damaged, or was built with another encoder.
    """
    from matcher.indexer import bundle_fingerprint
    from matcher.pipeline import SearchSide

    fingerprint = bundle_fingerprint(embedder, segmenter)
    return {
        side: SearchSide(bundles.open(home.index(side), fingerprint=fingerprint), store.side(side))
        for side in SIDES
    }


def reopened(matcher: "Matcher", settings: Settings, store: Store) -> "Matcher":
    """Put a matcher's models over the newest indexes of the home.

    Raises:
        IndexingError: an index is missing, damaged, or was built with another encoder.
    """
    from matcher.pipeline import Matcher

    bundles = bundle_type(settings)
    sides = open_sides(Home(settings.home), store, matcher.embedder, matcher.segmenter, bundles)
    return Matcher(sides, *matcher.parts)


def make_scorer(settings: Settings) -> "Callable[[Sequence[Pair]], list[Fit]]":
    """Make what judges pairs without an index.

    Raises:
        NoWeightsError: the encoder has no fitted weights here.
    """
    from matcher.scoring import score_pairs
    from service.weights.found import find_weights

    encoder, segmenter = load_encoder(settings), make_segmenter()
    weights = find_weights(encoder, Home(settings.home))
    embedder = make_embedder(encoder, weights)
    reader = make_reader(weights)
    return lambda pairs: score_pairs(pairs, embedder, segmenter, weights, reader)


def make_comparer(settings: Settings) -> "Comparer":
    """Make what turns pairs into the numbers that a model of one's own learns from.

    Raises:
        NoWeightsError: the encoder has no fitted weights here.
    """
    from matcher.memory.compared import Comparer
    from service.weights.found import find_weights

    encoder, segmenter = load_encoder(settings), make_segmenter()
    weights = find_weights(encoder, Home(settings.home))
    embedder = make_embedder(encoder, weights)
    return Comparer(embedder, segmenter, weights, make_reader(weights))


def make_own_scorer(settings: Settings, folder: Path) -> "Callable[[Sequence[Pair]], list[Fit]]":
    """Make what judges pairs by a model of one's own.

    Raises:
        OwnModelError: it was fitted with another encoder, reader, segmenter or weights.
        ResourceError: the folder holds no whole model.
    """
    from service.training.folder import take_model

    comparer = make_comparer(settings)
    model = take_model(folder, comparer.fingerprints)
    return lambda pairs: model(comparer(pairs)) if pairs else []


def scorer_of(matcher: "Matcher") -> "Callable[[Sequence[Pair]], list[Fit]]":
    """Judge pairs with what a matcher already has."""
    from matcher.scoring import score_pairs

    embedder, segmenter, weights, _config, reader = matcher.parts
    return lambda pairs: score_pairs(pairs, embedder, segmenter, weights, reader)
