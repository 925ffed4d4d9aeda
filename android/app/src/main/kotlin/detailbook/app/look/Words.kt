package detailbook.app.look

import android.content.Context
import androidx.annotation.StringRes
import detailbook.app.R
import detailbook.bindings.AwardOutcome
import detailbook.bindings.ChargeKind
import detailbook.bindings.FactKind
import detailbook.bindings.ItemKind
import detailbook.bindings.ShiftState
import detailbook.bindings.SyncState
import detailbook.bindings.TradeState
import detailbook.officer.ClockAction
import detailbook.officer.CorrectionRemark
import detailbook.officer.FindingTone
import detailbook.officer.OfferStanding
import detailbook.officer.OfficerError

/** What an error means to an officer. */
fun OfficerError.words(context: Context): String = when (this) {
    is OfficerError.NotEnrolled -> context.getString(R.string.error_not_enrolled)
    is OfficerError.OtherOfficer -> context.getString(R.string.error_other_officer)
    is OfficerError.Revoked -> context.getString(R.string.error_revoked)
    is OfficerError.StorageFull -> context.getString(R.string.error_storage_full)
    is OfficerError.Busy, is OfficerError.Suspended, is OfficerError.Closed -> context.getString(R.string.error_busy)
    is OfficerError.StoreUnusable -> context.getString(R.string.error_store, code)
    is OfficerError.Invalid -> message.orEmpty()
    is OfficerError.PhonePart -> context.getString(R.string.error_phone_part)
    is OfficerError.Server -> context.getString(R.string.error_server, message.orEmpty())
    is OfficerError.Offline -> context.getString(R.string.error_offline)
    is OfficerError.TryLater -> context.getString(R.string.error_try_later)
    is OfficerError.Cancelled -> context.getString(R.string.error_stopped)
    is OfficerError.Internal -> context.getString(R.string.error_internal, code)
}

/** What a clock button says. */
@StringRes
fun ClockAction.words(): Int = when (this) {
    ClockAction.EN_ROUTE -> R.string.clock_en_route
    ClockAction.CLOCK_IN -> R.string.clock_in
    ClockAction.CLOCK_IN_UNASSIGNED -> R.string.clock_in_unassigned
    ClockAction.CLOCK_IN_ONCE_MORE -> R.string.clock_in_again
    ClockAction.START_BREAK -> R.string.clock_start_break
    ClockAction.END_BREAK -> R.string.clock_end_break
    ClockAction.LEAVE_AND_RETURN -> R.string.clock_leave
    ClockAction.COME_BACK -> R.string.clock_come_back
    ClockAction.CLOCK_OUT -> R.string.clock_out
}

/** What is worth a word about a time for a punch. */
@StringRes
fun CorrectionRemark.words(): Int = when (this) {
    CorrectionRemark.COMES_LATE -> R.string.comes_late
    CorrectionRemark.AHEAD_OF_CLOCK -> R.string.correct_ahead
    CorrectionRemark.LONG_BEFORE -> R.string.correct_long_before
    CorrectionRemark.CHANGES_ORDER -> R.string.correct_order
}

/** Where the officer is in a shift; takes the time since when. */
@StringRes
fun ShiftState.words(): Int = when (this) {
    ShiftState.OFF -> R.string.shift_off
    ShiftState.EN_ROUTE -> R.string.shift_en_route
    ShiftState.ON -> R.string.shift_on
    ShiftState.ON_BREAK -> R.string.shift_on_break
    ShiftState.AWAY -> R.string.shift_away
    ShiftState.OUT -> R.string.shift_out
}

/** How an application stands. */
@StringRes
fun OfferStanding.words(): Int = when (this) {
    OfferStanding.OPEN -> R.string.standing_open
    OfferStanding.APPLYING -> R.string.standing_applying
    OfferStanding.APPLIED -> R.string.standing_applied
    OfferStanding.WITHDRAWING -> R.string.standing_withdrawing
    OfferStanding.WITHDRAWN -> R.string.standing_withdrawn
    OfferStanding.REFUSED -> R.string.standing_refused
    OfferStanding.AWARDED -> R.string.standing_awarded
    OfferStanding.NOT_AWARDED -> R.string.standing_not_awarded
    OfferStanding.CLOSED -> R.string.standing_closed
}

/** How far something has come. */
fun SyncState.words(context: Context): String = when (this) {
    SyncState.OnThisPhone -> context.getString(R.string.sync_on_this_phone)
    is SyncState.Held -> context.getString(R.string.sync_held, reason)
    SyncState.AgencyHasIt -> context.getString(R.string.sync_agency_has_it)
    SyncState.Ruled -> context.getString(R.string.sync_ruled)
    is SyncState.Refused -> context.getString(R.string.sync_refused, reason)
}

/** What an item is. */
@StringRes
fun ItemKind.words(): Int = when (this) {
    is ItemKind.Fact -> what.words()
    is ItemKind.Wish -> R.string.item_wish
    is ItemKind.Original -> R.string.item_original
}

/** What happened. */
@StringRes
fun FactKind.words(): Int = when (this) {
    FactKind.EnRoute -> R.string.fact_en_route
    FactKind.In -> R.string.fact_in
    FactKind.BreakStart -> R.string.fact_break_start
    FactKind.BreakEnd -> R.string.fact_break_end
    FactKind.WillReturn -> R.string.fact_will_return
    FactKind.Out -> R.string.fact_out
    FactKind.OrdersRead -> R.string.fact_orders_read
    FactKind.Note -> R.string.fact_note
    FactKind.Attachment -> R.string.fact_attachment
    FactKind.Explanation -> R.string.fact_explanation
    FactKind.Correction -> R.string.fact_correction
    FactKind.Submitted -> R.string.fact_submitted
    FactKind.Incident -> R.string.fact_incident
    is FactKind.Other -> R.string.fact_other
}

/** How a finding of the rules is to be taken. */
@StringRes
fun FindingTone.words(): Int = when (this) {
    FindingTone.IN_THE_WAY -> R.string.finding_in_the_way
    FindingTone.WORTH_KNOWING -> R.string.finding_worth_knowing
    FindingTone.GOOD -> R.string.finding_good
}

/** What became of an application. */
@StringRes
fun AwardOutcome.words(): Int = when (this) {
    AwardOutcome.AWARDED -> R.string.award_awarded
    AwardOutcome.BACKUP -> R.string.award_backup
    AwardOutcome.EXCLUDED -> R.string.award_excluded
}

/** Where a trade stands. */
@StringRes
fun TradeState.words(): Int = when (this) {
    TradeState.OFFERED -> R.string.trade_offered
    TradeState.TAKEN -> R.string.trade_taken
    TradeState.DONE -> R.string.trade_done
    TradeState.DECLINED -> R.string.trade_declined
    TradeState.WITHDRAWN -> R.string.trade_withdrawn
    TradeState.REFUSED -> R.string.trade_refused
    TradeState.LAPSED -> R.string.trade_lapsed
}

/** What the opportunity ledger holds. */
@StringRes
fun ChargeKind.words(): Int = when (this) {
    ChargeKind.OFFERED -> R.string.charge_offered
    ChargeKind.CONTACTED -> R.string.charge_contacted
    ChargeKind.REACHED -> R.string.charge_reached
    ChargeKind.DECLINED -> R.string.charge_declined
    ChargeKind.NO_ANSWER -> R.string.charge_no_answer
    ChargeKind.AWARDED -> R.string.charge_awarded
    ChargeKind.WORKED -> R.string.charge_worked
    ChargeKind.CALLED_OFF -> R.string.charge_called_off
    ChargeKind.NO_SHOW -> R.string.charge_no_show
    ChargeKind.GIVEN_UP -> R.string.charge_given_up
    ChargeKind.ORDERED_IN -> R.string.charge_ordered_in
    ChargeKind.RESET -> R.string.charge_reset
    ChargeKind.ADJUSTMENT -> R.string.charge_adjustment
}
