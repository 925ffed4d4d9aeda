package detailbook.officer

import detailbook.bindings.FactKind
import detailbook.bindings.RunningView
import detailbook.bindings.WrittenView

/** May the officer write this anew? Their own notes, until the shift is handed in; [shift] is null where nothing was punched yet. */
fun canReplace(written: WrittenView, shift: RunningView?): Boolean =
    written.own && written.written.kind == FactKind.Note && shift?.submitted == null
