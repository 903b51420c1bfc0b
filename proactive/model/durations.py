"""The durations that more than one room relies on, or that rely on each other.

Numbers are seconds. What a person sets (timeouts, quiet hours, the rate's window) is in `settings`.
"""

from __future__ import annotations

import datetime as dt

#: Between two heartbeats of a worker that runs jobs.
WORKER_BEAT = 4.0
#: How long an idle worker waits for a job before it looks whether it is suspended, or has to do the maintenance. RQ
#: takes whole seconds.
WORKER_IDLE = 5
#: Between two heartbeats of an idle worker: it has no job that anybody would have to take over.
WORKER_IDLE_BEAT = 20.0
#: The process that does the maintenance keeps its turn by saying so every
MAINTENANCE_KEEP = 4.0
#: and loses it to another one after so long without a word.
MAINTENANCE_TURN_KEPT = 7.0
#: A worker without a heartbeat for so long is dead, and its jobs go to others: three beats and a margin. RQ takes
#: whole seconds.
WORKER_SILENT = 15
#: Observations of the queue that are further apart do not add up to a worker's silence.
OBSERVATION_GAP = 6.0
#: Between two runs of the scheduler's loop,
SCHEDULER_LOOP = 1.0
#: and between two of its heartbeats.
SCHEDULER_BEAT = 5.0
#: A scheduler without a heartbeat for so long counts as away.
SCHEDULER_SILENT = 30.0

#: A batch delays nobody by more than about a second. It is read for so long at most,
BATCH_READ = 0.4
#: has as many jobs as should be prepared within this,
BATCH_TARGET = 0.7
#: gives back what it has not begun after this, or what has waited in a free lane for so long,
BATCH_LIMIT = 0.9
#: and reads the clock so often.
BATCH_CHECK = 0.1
#: A worker takes the next batch when what waits in its lanes begins within this,
LANES_LOW = 0.15
#: and as many messages as begin within this: enough of them to be read and written together.
LANES_AHEAD = 0.7
#: Messages of one instance are taken as far as they should begin within this; the others wait in the queue.
LANE_AHEAD = 2.0
#: What waits behind another message of its own instance for so long is given back: below `LEASE_FRESH`.
LANE_LIMIT = 3.0
#: Results that come in while others are on their way are put away together, after this.
RESULTS_WAIT = 0.5
#: Between two looks into an empty queue while messages are on their way.
QUEUE_LOOK = 0.1

#: What a delivery may take beyond the gateway's timeout: to begin, and to connect. The lease is the two together.
LEASE_MARGIN = 10.0
#: A permit and a lease that are older than this are not sent with: the process stood still.
LEASE_FRESH = 5.0
#: How long an instance rests that is throttled, disconnected or does not answer.
INSTANCE_REST = 30.0
#: Until an instance is looked at again that cannot be sent from for now; doubled each time,
BACK_OFF_FIRST = 5.0
#: up to this,
BACK_OFF_LONGEST = 60.0
#: or up to this while it is connecting to WhatsApp.
CONNECTING_LONGEST = 15.0
#: A disconnection that is younger than this may be a restart of the gateway, or of the connection.
DISCONNECTED_AFTER = 60.0
#: Between two checks whether a message that may have been accepted was: gateways may show it late.
CHECK_AGAIN = 10.0
#: A gateway is asked so often for its version and whether it keeps messages, if nothing changes before.
GATEWAY_PROBED = 24 * 3600.0
#: How long Redis remembers a lease, an outcome and a submission: longer than any occurrence can still be sent.
REMEMBERED = 3 * 24 * 3600

#: Before the second and the third attempt; up to a fifth is added (`queue.enqueue`).
RETRY_WAITS = (10, 20)
#: Until a message comes back that could not be composed because Supabase was away on its last attempt.
SUPABASE_AWAY_WAIT = 60
#: Until a tick comes back that could not read or enqueue all of its owners.
TICK_WAIT = 30
#: Until a message comes back that Redis kept from being sent for a moment.
REDIS_AWAY_WAIT = 5
#: Until a message is tried again whose organisation or type was paused.
PAUSED_WAIT = 30.0
#: Until a message is tried again whose instance is stopped by its breaker.
STOPPED_WAIT = 60.0
#: After this a message that was accepted, and of which nothing was heard, is silent.
SILENT_AFTER = 300.0
#: Seconds after its sending at which the gateway is asked about a silent message, once each.
STATUS_CHECKS = (330.0, 900.0, 3600.0, 6 * 3600.0)
#: How long a receipt waits for the record of its message.
RECEIPTS_WAIT = 24 * 3600.0
#: Until a job comes back of which several workers died.
DEADLY_JOB_WAIT = 60
#: A record that has been pending for so long without a job is given a new one.
UNSETTLED_AFTER = 60.0

#: Longer than everything that one attempt may wait for (facts, AI, gateway, records).
JOB_TIMEOUT = 150
#: How long a message that somebody skips is kept from being begun by an attempt that did not read so: two attempts.
SKIP_MARKED = 2 * JOB_TIMEOUT
#: Finished jobs leave by count (`QueueMaintenance.trim`); these bound what a stopped worker would leave behind.
JOB_RESULT_KEPT = 7 * 24 * 3600
JOB_FAILURE_KEPT = 90 * 24 * 3600
#: Ended jobs that carry what a person typed (campaigns) go earlier: a failed one may be requeued for a week.
TYPED_FINISHED_KEPT = 24 * 3600
TYPED_FAILED_KEPT = 7 * 24 * 3600
#: Since it was due, a row that waits in Redis for Supabase keeps its words so long; one that Supabase will never take
#: is laid aside so long.
KEPT_ROW_WORDS = 7 * 24 * 3600
KEPT_ROW_REFUSED = 90 * 24 * 3600
#: Between two looks at what is to be forgotten.
FORGET_EVERY = 3600.0
#: A tick pages through every owner of a zone; long enough for a hundred thousand.
TICK_TIMEOUT = 900
TICK_RESULT_KEPT = 24 * 3600
#: Runs of the schedule missed for longer are not caught up with: nobody could send or explain them.
CATCH_UP = dt.timedelta(days=7)
