"""The pipeline of a batch: send window, context, eligibility, text, permit, lease, gateway, record.

Nothing is decided here that a stage decides: this is only the way of a batch. `docs/guarantees.md` says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from proactive.errors import AuroraServiceError, ProactiveError, SupabaseError
from proactive.facts.reader import FactsReader
from proactive.failpoints import failpoint
from proactive.message_types.campaign_message import TYPE as CAMPAIGN_MESSAGE
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.ai import AiResult, AiUse
from proactive.model.context import Draft, MessageContext
from proactive.model.durations import BATCH_READ
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.quiet_hours import QuietHours
from proactive.model.task import Later, Outcome
from proactive.model.zones import zone_info
from proactive.pipeline.batch import Batch, Result, WorkItem
from proactive.pipeline.candidate import Candidate, Refused
from proactive.pipeline.delivery import Delivery
from proactive.pipeline.eligibility import Eligible, client_eligibility, eligibility, kept_draft
from proactive.pipeline.metrics import shared_time
from proactive.pipeline.metrics_recorder import MetricsRecorder
from proactive.pipeline.outgoing import OutgoingMessage, another_attempts, earlier_message
from proactive.pipeline.reconciliation import Reconciler
from proactive.pipeline.send_window import send_window
from proactive.records.entry import RecordEntry
from proactive.records.outcomes import OutcomeBatch
from proactive.records.store import Records
from proactive.send_times.moments import at_chosen_time
from proactive.text.framing import Greeted
from proactive.words.sending import MessageComposer


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Takes batches from the send window to the record; one message is a batch of one. `clock` answers now (UTC)."""

    facts: FactsReader
    composer: MessageComposer
    records: Records
    reconciler: Reconciler
    delivery: Delivery
    recorder: MetricsRecorder
    quiet: QuietHours
    clock: Callable[[], dt.datetime]

    def run(self, batch: Batch) -> Iterator[Result]:
        """Bring each item as far as it goes now, one after the other; each one's result as soon as it is known.

        What is taken away meanwhile has none, nor what could not be read in time. On the last attempt the AI is done
        without, and a gateway's failure is recorded before it is answered.

        Raises:
            RateLimiterUnavailable, redis.RedisError: Redis is away.
        """
        outcomes, results = self.records.outcome_batch(), []
        for prepared in self.prepare(batch, outcomes):
            results.append(prepared if isinstance(prepared, Result) else self.send(prepared, outcomes))
            yield results[-1]
        self.put_away(results, outcomes)

    def prepare(self, batch: Batch, outcomes: OutcomeBatch) -> Iterator[WorkItem | Result]:
        """Bring items to where only sending is left: those to be sent, and the others' results. Raises like `run`."""
        outgoing = []
        for prepared in self._composed(batch, outcomes):
            if isinstance(prepared, Result):
                yield prepared
            else:
                outgoing.append(prepared)
        failpoint("composed")
        yield from self.delivery.reserve(batch, outgoing)

    def send(self, item: WorkItem, outcomes: OutcomeBatch) -> Result:
        """Send what was prepared; any thread may do it. Raises like `run`."""
        return self.delivery.send(item, outcomes)

    def put_away(self, results: Sequence[Result], outcomes: OutcomeBatch) -> None:
        """Write what came of a run or a part of one, together: permits, outcomes, metrics."""
        self.delivery.confirm(results)
        with shared_time([result.item.metrics for result in results], "record"):
            outcomes.write()
        self.recorder.record(results)

    def give_back(self, items: Sequence[WorkItem]) -> None:
        """Give back what was taken for items that were taken away from a batch. Raises redis.RedisError."""
        self.delivery.give_back(items)

    def _composed(self, batch: Batch, outcomes: OutcomeBatch) -> Iterator[WorkItem | Result]:
        """The items whose message is composed, and the results of the others."""
        candidates = []
        for item in batch.waiting():
            now = item.metrics.began = self.clock()
            window = send_window(item.task, now, self.quiet)
            if not isinstance(window, Later):
                candidates.append(Candidate(item, now, window))
            elif batch.begin(item):
                yield Result(item, window)
        for candidate, context in self._contexts(batch, candidates):
            item = candidate.item
            if item not in batch:
                continue
            prepared = self._prepared(candidate, context)
            if isinstance(prepared, OutgoingMessage):
                item.message = prepared
                yield item
            elif batch.begin(item):
                ended = self._fail(item, prepared, outcomes) if isinstance(prepared, Refused) else prepared
                yield Result(item, ended)

    def _contexts(
        self, batch: Batch, candidates: Sequence[Candidate]
    ) -> Iterator[tuple[Candidate, MessageContext | SupabaseError]]:
        """The context of each, read together; one by one where one of them may have spoilt the request."""
        try:
            with shared_time([candidate.item.metrics for candidate in candidates], "facts"):
                contexts = self.facts.read_many([candidate.question for candidate in candidates], BATCH_READ)
        except SupabaseError as error:
            if len(candidates) == 1:
                yield candidates[0], error
                return
            for candidate in candidates:
                if candidate.item in batch:
                    yield from self._contexts(batch, [candidate])
            return
        failpoint("facts_read")
        yield from zip(candidates, contexts, strict=False)

    def _prepared(
        self, candidate: Candidate, context: MessageContext | SupabaseError
    ) -> OutgoingMessage | Refused | Outcome | ProactiveError:
        """The composed message, or why there is none to send."""
        if isinstance(context, SupabaseError):
            return context
        item, type_ = candidate.item, candidate.item.task.type
        task = at_chosen_time(item.task, context, candidate.now, self.quiet)
        if isinstance(task, Later):
            return task
        if type_ == CAMPAIGN_MESSAGE.name:
            verdict = client_eligibility(type_, context)
        else:
            verdict = eligibility(type_, context, candidate.too_late)
        if isinstance(verdict, Failure):
            return Refused(verdict, context)
        if not isinstance(verdict, Eligible):
            return verdict
        try:
            entry = RecordEntry.of(task, item.attempt, self._draft(candidate, context), context.reopened)
            entry = replace(entry, metadata=entry.metadata | {"instance": verdict.instance.name})
        except ProactiveError as error:
            return error
        known_contact = context.breaker is not None and context.breaker.known
        return OutgoingMessage(entry, verdict.instance, verdict.phone, context.record is not None, known_contact)

    def _draft(self, candidate: Candidate, context: MessageContext) -> Draft:
        kept = kept_draft(context)
        if kept is not None:
            return kept
        if context.facts is None or context.owner is None:
            raise SupabaseError("the facts are missing from an answer that names an owner")
        item, type_, last = candidate.item, MESSAGE_TYPES[candidate.item.task.type], candidate.item.attempt.last
        greeted = Greeted.at(candidate.now.astimezone(zone_info(item.task.timezone)), context.owner.name)
        with item.metrics.timed("text"):
            try:
                draft = self.composer.compose(type_, context.facts, context, greeted, last_attempt=last)
            except AuroraServiceError as error:
                item.metrics.ai = AiUse(AiResult(error.result))
                raise
        item.metrics.ai = draft.ai
        return draft

    def _fail(self, item: WorkItem, refused: Refused, outcomes: OutcomeBatch) -> Outcome | ProactiveError:
        """Write a failure, unless an earlier attempt may have sent the message."""
        entry = RecordEntry.of(item.task, item.attempt, reopened=refused.context.reopened)
        failure = self.delivery.answers.with_cause(refused.failure, refused.context.instance)
        try:
            with item.metrics.timed("record"):
                (lease,) = self.records.acquire_leases([(entry, item.attempt.name)])
            not_ours = another_attempts(lease)
            if not_ours is not None:
                return not_ours
            if lease.outcome == "unknown" or lease.maybe_accepted:
                message = earlier_message(entry, refused.context)
                ids = lease.earlier_ids
                found, none = self.reconciler.find_if_possible(item, message, ids) if message else (None, False)
                if message and found:
                    return self.reconciler.accepted(message, found, outcomes)
                if lease.outcome == "unknown" or not none:
                    entry = entry.handed_over_as(ids)
                    failure = Failure(FailureReason.UNKNOWN_AFTER_INTERRUPTION, causes=(failure,))
            return outcomes.failed(entry, failure)
        except ProactiveError as error:
            return error
