"""The race: this worker, BullMQ and stock RQ on one stack and one data set; `bench/side_by_side.py` runs it."""
