package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.FactKind
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftView
import detailbook.bindings.WrittenView

/** May the officer write this anew? Their own notes, until the shift is handed in; [shift] is null where nothing was punched yet. */
fun canReplace(written: WrittenView, shift: RunningView?): Boolean =
    written.own && written.written.kind == FactKind.Note && shift?.submitted == null

/** Does the officer share in what all on the detail write? Not once the place was taken back or the detail was cancelled. */
fun canShare(shift: ShiftView): Boolean =
    shift.assignment.state == AssignmentState.ACTIVE && shift.detail?.state != DetailState.CANCELLED
