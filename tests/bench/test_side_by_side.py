"""The race's own arithmetic, its relay, and (where Node and nginx are) a race of a handful of messages."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bench.compare import meters
from bench.compare.data import Size
from bench.compare.nginx import installed
from bench.compare.node import find_node
from bench.compare.relay import relay
from bench.compare.result import Result, Scenario
from bench.compare.rounds import run_rounds
from bench.compare.table import ratio, report, table
from sandbox.errors import PartMissing

ROOT = Path(__file__).parent.parent.parent
RUN = Result(
    system="ours", round=0, owners=100, seconds=1.0, requests=50, redis_commands=300, redis_round_trips=100,
    cpu=0.2, stack_cpu=0.1, worker_mb=80, all_mb=240, grew_mb=0.5, others=0.02,
)  # fmt: skip


def runs(system: str, *seconds: float) -> list[Result]:
    return [replace(RUN, system=system, round=number, seconds=each) for number, each in enumerate(seconds)]


def test_a_ratio_is_of_one_round_and_the_median_of_the_rounds() -> None:
    # every round of its own noise: 3x, 5x, 4x, although the medians of the speeds are 2x apart
    assert ratio(runs("ours", 1.0, 2.0, 10.0), runs("bullmq", 3.0, 10.0, 40.0)) == pytest.approx(4.0)


def test_a_run_with_a_problem_leaves_the_medians_and_the_ratios() -> None:
    ours = runs("ours", 1.0, 1.0, 0.01)
    ours[2] = replace(ours[2], problems=("99 of 99 rows say sent, not 100",))
    assert ratio(ours, runs("bullmq", 4.0, 4.0, 4.0)) == pytest.approx(4.0)
    line = table({"ours": ours, "bullmq": runs("bullmq", 4.0, 4.0, 4.0)}, "bullmq").splitlines()[2]
    assert "| 100.0 |" in line
    assert line.endswith("| 2 of 3 |")


def test_a_contestant_whose_every_run_is_bad_has_no_figures() -> None:
    bad = [replace(RUN, problems=("the gateway got 2 messages of 1 instances, not 100",))]
    said = report({Scenario(100, 3): [*bad, *runs("bullmq", 4.0)]})
    assert "| ours | none |" in said
    assert "DOES NOT COUNT: ours, round 1: the gateway got 2 messages of 1 instances, not 100" in said


def test_a_contestant_without_the_other_in_its_round_has_no_ratio() -> None:
    assert ratio(runs("ours", 1.0), []) is None


def test_noise_is_told() -> None:
    said = report({Scenario(100, 3): [replace(RUN, others=0.4), *runs("bullmq", 4.0)]})
    assert [line for line in said.splitlines() if "NOISE" in line] == [
        "NOISE: ours, round 1: others used 40% of the machine"
    ]


def test_courses_of_one_contestant_are_rows_of_one_table_compared_with_the_first() -> None:
    scenarios = {Scenario(100, 1): runs("ours", 1.0), Scenario(100, 3): runs("ours", 0.5)}
    lines = [line for line in report(scenarios).splitlines() if line.startswith("| 100 owners")]
    assert [line.split(" | ")[-3] for line in lines] == ["1.00", "2.00"]


def test_requests_are_counted_from_where_the_run_began(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text("GET /before 200\nGET /owner_numbers 200\nPOST /rpc/claim 200\nPOST /rpc/claim 502\n")
    found = meters.requests(log, len("GET /before 200\n"))
    assert (found.total, found.errors) == (3, {"POST /rpc/claim 502": 1})


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection, as soon as somebody listens there."""
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0)


def test_the_relay_keeps_every_piece_for_its_time_and_in_order() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1 << 16):
            writer.write(piece)
        writer.close()

    async def there_and_back() -> tuple[float, bytes]:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        spare = await asyncio.start_server(echo, "127.0.0.1", 0)
        to, port = (each.sockets[0].getsockname()[1] for each in (server, spare))
        spare.close()
        await spare.wait_closed()
        relaying = asyncio.ensure_future(relay(port, to, 0.1))
        reader, writer = await connected(port)
        began = time.monotonic()
        for number in range(50):
            writer.write(b"%04d" % number)
            await asyncio.sleep(0)
        answer = await reader.readexactly(200)
        took = time.monotonic() - began
        writer.write_eof()
        assert await reader.read() == b""
        relaying.cancel()
        server.close()
        return took, answer

    with ThreadPoolExecutor() as pool:  # another test's browser may have a loop of its own in this thread
        took, answer = pool.submit(lambda: asyncio.run(asyncio.wait_for(there_and_back(), 30))).result()
    assert answer == b"".join(b"%04d" % number for number in range(50))
    assert took >= 0.1


@pytest.mark.parametrize("script", ["side_by_side", "fanout", "business_size"])
def test_a_script_explains_itself_from_anywhere(script: str, tmp_path: Path) -> None:
    argv = [sys.executable, str(ROOT / "bench" / f"{script}.py"), "--help"]
    said = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert f"python bench/{script}.py" in said


@pytest.mark.long
@pytest.mark.skipif(not installed(), reason="the race needs nginx")
def test_a_race_of_few_messages_counts(tmp_path: Path) -> None:
    """Without BullMQ, which npm would have to fetch."""
    try:
        find_node()
    except PartMissing as missing:
        pytest.skip(str(missing))
    scenario = Scenario(owners=20, workers=2)
    found = run_rounds([scenario], ["ours", "rq"], 1, Size(20, bookings=60), lambda what: None, tmp_path)
    assert {run.system: run.problems for run in found[scenario]} == {"ours": (), "rq": ()}
    rq = next(run for run in found[scenario] if run.system == "rq")
    assert rq.requests // rq.owners == 7
