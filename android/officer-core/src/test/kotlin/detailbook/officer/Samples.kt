package detailbook.officer

import detailbook.bindings.AcknowledgementView
import detailbook.bindings.ApplicationView
import detailbook.bindings.Assignment
import detailbook.bindings.AssignmentOrigin
import detailbook.bindings.AssignmentState
import detailbook.bindings.Detail
import detailbook.bindings.DetailState
import detailbook.bindings.Interval
import detailbook.bindings.OfferView
import detailbook.bindings.Pay
import detailbook.bindings.Ruling
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.bindings.SyncView
import detailbook.bindings.Trade
import detailbook.bindings.TradeState
import java.time.ZonedDateTime

internal const val MINUTE = 60_000L
internal const val HOUR = 60 * MINUTE
internal const val NEW_YORK = "America/New_York"

/** An instant by its usual text, such as 2026-03-08T01:30-05:00[America/New_York]. */
internal fun instant(text: String): Long = ZonedDateTime.parse(text).toInstant().toEpochMilli()

internal fun sampleDetail(starts: Long, ends: Long = starts + 4 * HOUR, state: DetailState = DetailState.OPEN) = Detail(
    newId(), newId(), "Harbor Paving", "Road works", "road", starts, ends, NEW_YORK, emptyList(), "", state, "",
)

internal fun sampleShift(
    detail: Detail?,
    state: AssignmentState = AssignmentState.ACTIVE,
    ruling: Ruling? = null,
    log: String = newId(),
) = ShiftView(
    Assignment(newId(), detail?.id ?: newId(), newId(), newId(), AssignmentOrigin.APPLIED, state, null, null),
    log, detail, null, AcknowledgementView.OPEN, ruling,
)

internal fun sampleRuling(vararg accepted: Interval, exceptions: List<String> = emptyList(), pay: Pay? = null) =
    Ruling(newId(), newId(), accepted.toList(), exceptions, "as worked", "coordinator", 0, null, null, pay)

internal fun sampleRunning(
    state: ShiftState,
    shift: ShiftView? = null,
    askAt: List<Long> = emptyList(),
    reviewAt: Long? = null,
) = RunningView(
    shift?.log ?: newId(), shift, null, state, null, emptyList(), 0, emptyList(), emptyList(), askAt, reviewAt, null, null, null,
)

internal fun sampleTrade(state: TradeState) = Trade(newId(), newId(), newId(), state, 0, "It is so.", null, "Officer A", "Officer B")

internal fun sampleOffer(detail: Detail, application: ApplicationView? = null) = OfferView(detail, null, application)

internal fun sampleSync(
    facts: Int = 0,
    originals: Int = 0,
    givenUp: Int = 0,
    refused: Int = 0,
    settledAt: Long? = 1,
    retryAt: Long? = null,
    revokedAt: Long? = null,
) = SyncView(
    facts + originals + givenUp + refused == 0, facts.toULong(), 0u, originals.toULong(), givenUp.toULong(), refused.toULong(), 0u,
    settledAt, retryAt, revokedAt, false,
)
