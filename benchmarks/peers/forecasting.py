"""A direct LSTM or DLinear in Darts or neuralforecast, fitted for some epochs or backtested from many origins."""

import logging
import math
import os
import warnings
from collections.abc import Callable

import numpy
import pandas

warnings.filterwarnings("ignore")
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
os.environ["NIXTLA_ID_AS_COL"] = "1"

TRAINER = {
    "accelerator": "cpu",
    "logger": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "enable_checkpointing": False,
}


def made_up(rows: int) -> numpy.ndarray:
    """Like src/timeseries/made-up.ts, with other random numbers of the same kind."""
    random = numpy.random.default_rng(1)
    values, drift = [], 0.0
    for t in range(rows):
        drift = 0.999 * drift + 0.05 * (random.random() - 0.5)
        day, week = math.sin(2 * math.pi * t / 24), math.sin(2 * math.pi * t / 168)
        values.append(10 + 2 * day + week + drift + 0.4 * (random.random() - 0.5))
    return numpy.array(values, dtype=numpy.float32)


def frame(options: dict) -> pandas.DataFrame:
    values = made_up(options["rows"])
    scaled = (values - values.mean()) / values.std()
    times = pandas.date_range("2020-01-01", periods=len(values), freq="h")
    return pandas.DataFrame({"unique_id": "load", "ds": times, "y": scaled})


class Darts:
    def __init__(self, options: dict) -> None:
        from darts import TimeSeries

        self.options = options
        data = frame(options)
        self.series = TimeSeries.from_times_and_values(pandas.DatetimeIndex(data["ds"]), data["y"].to_numpy())
        held = options["folds"] + options["horizon"]
        self.train = self.series[:-held]

    def fit(self) -> None:
        from darts.models import BlockRNNModel, DLinearModel

        options = self.options
        common = {
            "input_chunk_length": options["lookback"],
            "output_chunk_length": options["horizon"],
            "batch_size": options["batchSize"],
            "n_epochs": options["epochs"],
            "optimizer_kwargs": {"lr": 1e-3},
            "random_state": 1,
            "save_checkpoints": False,
            "pl_trainer_kwargs": TRAINER,
        }
        if options["model"] == "linear":
            self.model = DLinearModel(**common)
        else:
            self.model = BlockRNNModel(model="LSTM", hidden_dim=options["hiddenSize"], n_rnn_layers=1, **common)
        self.model.fit(self.train, verbose=False)

    def backtest(self) -> float:
        from darts.metrics import mae

        options = self.options
        start = len(self.series) - options["folds"] - options["horizon"] + 1
        return float(
            self.model.backtest(
            self.series,
            start=start,
            start_format="position",
            forecast_horizon=options["horizon"],
            stride=1,
            retrain=False,
            last_points_only=False,
            metric=mae,
            verbose=False,
            )
        )


class NeuralForecast:
    def __init__(self, options: dict) -> None:
        self.options = options
        self.data = frame(options)
        self.train = self.data.iloc[: -(options["folds"] + options["horizon"])]

    def fit(self) -> None:
        from neuralforecast import NeuralForecast as Forecasts
        from neuralforecast.losses.pytorch import MSE
        from neuralforecast.models import LSTM, DLinear

        options = self.options
        windows = len(self.train) - options["lookback"] - options["horizon"] + 1
        common = {
            "h": options["horizon"],
            "input_size": options["lookback"],
            "max_steps": options["epochs"] * math.ceil(windows / options["batchSize"]),
            "batch_size": 1,
            "windows_batch_size": options["batchSize"],
            "inference_windows_batch_size": 256,
            "learning_rate": 1e-3,
            "loss": MSE(),
            "scaler_type": "identity",
            "random_seed": 1,
            **TRAINER,
        }
        if options["model"] == "linear":
            model = DLinear(**common)
        else:
            model = LSTM(
                encoder_hidden_size=options["hiddenSize"],
                encoder_n_layers=1,
                decoder_layers=1,
                recurrent=False,
                **common,
            )
        self.forecasts = Forecasts(models=[model], freq="h")
        self.forecasts.fit(self.train)

    def backtest(self) -> float:
        options = self.options
        found = self.forecasts.cross_validation(
            self.data,
            n_windows=options["folds"],
            step_size=1,
            refit=False,
            use_init_models=True,
            val_size=0,
        )
        name = "DLinear" if options["model"] == "linear" else "LSTM"
        return float((found[name] - found["y"]).abs().mean())


LIBRARIES = {"darts": Darts, "neuralforecast": NeuralForecast}


def prepare_fit(options: dict) -> Callable[[], float]:
    library = LIBRARIES[options["library"]](options)

    def run() -> float:
        library.fit()
        return 0.0

    return run


def prepare_backtest(options: dict) -> Callable[[], float]:
    library = LIBRARIES[options["library"]]({**options, "epochs": 1})
    library.fit()
    return library.backtest
