"""The measurement script without a GPU: its grid, its rows, and that it resumes. What needs PyTorch runs where it is installed."""

import csv
import importlib.util
import os
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "scripts", "measure"))

from grid import SERVED_MODELS, TRAINED_MODELS, case_id, cases  # noqa: E402
from measure import measure  # noqa: E402
from rows import INFER_COLUMNS, TRAIN_COLUMNS  # noqa: E402


def answered(case, device, tiny):
    result = {"parameters": 10, "seconds": 2.0, "bytes": {"allocated": 1000, "reserved": 2048, "device": None}}
    return {**result, "gpu": "H200", "vramGb": 150.8, "notes": "torch 2"}, None


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Grid(unittest.TestCase):
    def test_every_case_once_and_named_for_ever(self):
        ids = [case_id(c) for c in cases()]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(case_id({"task": "training", "model": "x", "microBatch": 1}), "train-x-a85eea5f47")

    def test_every_model_has_its_configuration(self):
        for model in set(TRAINED_MODELS + SERVED_MODELS):
            self.assertTrue(os.path.exists(os.path.join(ROOT, "tests/reference/model-configs", model + ".json")), model)

    def test_columns_are_those_of_the_measurements(self):
        for name, columns in (("train_memory", TRAIN_COLUMNS), ("infer_memory", INFER_COLUMNS)):
            with open(os.path.join(ROOT, "tests/accuracy/data", name + ".csv"), newline="", encoding="utf-8") as file:
                self.assertEqual(next(csv.reader(file)), columns)


class Measure(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.wanted = list(cases(["llama-3.2-1b"]))

    def go(self, run=answered, **options):
        return measure(self.wanted, self.folder.name, run=run, say=lambda line: None, **options)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def test_a_row_a_statistic_that_was_read(self):
        self.go()
        rows = read(self.path("train_memory.csv"))
        training = [c for c in self.wanted if c["task"] == "training"]
        self.assertEqual(len(rows), 2 * len(training))
        self.assertEqual({r["statistic"] for r in rows}, {"max_memory_allocated", "max_memory_reserved"})
        self.assertEqual({r["value"] for r in rows}, {"1000", "2048"})

    def test_a_second_run_measures_nothing(self):
        self.go()
        again = self.go(run=lambda *_: self.fail("measured again"))
        self.assertEqual(again["there"], len(self.wanted))

    def test_a_run_cut_short_goes_on_where_it_was(self):
        self.wanted, rest = self.wanted[:3], self.wanted[3:]
        self.go()
        with open(self.path("train_memory.csv"), "a", encoding="utf-8") as file:
            file.write("train-llama-3.2-1b-cutoff-allocated,half a")
        self.wanted += rest
        counts = self.go()
        self.assertEqual((counts["there"], counts["measured"]), (3, len(rest)))
        rows = read(self.path("train_memory.csv")) + read(self.path("infer_memory.csv"))
        self.assertEqual(len(rows), 2 * len(self.wanted))
        self.assertEqual({r["value"] for r in rows}, {"1000", "2048"})

    def test_failures_are_kept_with_their_reason_and_tried_again_when_asked(self):
        self.go(run=lambda *_: (None, "out of memory"))
        with open(self.path("failures.jsonl"), encoding="utf-8") as file:
            self.assertIn("out of memory", file.read())
        self.assertEqual(self.go()["there"], len(self.wanted))
        self.assertEqual(self.go(retry=True)["measured"], len(self.wanted))

    def test_rows_of_other_columns_are_left_alone(self):
        with open(self.path("train_memory.csv"), "w", encoding="utf-8") as file:
            file.write("id,value\n")
        with self.assertRaises(SystemExit):
            self.go()


@unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is not installed")
class OnTheCpu(unittest.TestCase):
    def test_training_keeps_moments_and_recomputation_keeps_less(self):
        from one_case import run

        case = next(c for c in cases(["smollm2-135m"]) if c["task"] == "training")
        plain = run(case, "cpu", True)
        floor = 16 * plain["parameters"]  # fp32 weights, gradients and two moments
        self.assertGreater(plain["bytes"]["allocated"], floor)
        self.assertLess(run({**case, "recompute": "full"}, "cpu", True)["bytes"]["allocated"], plain["bytes"]["allocated"])


if __name__ == "__main__":
    unittest.main()
