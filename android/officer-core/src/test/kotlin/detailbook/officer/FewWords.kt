package detailbook.officer

import detailbook.bindings.AdviceView
import detailbook.bindings.ApplicationView
import detailbook.bindings.AwardView
import detailbook.bindings.ChargeView
import detailbook.bindings.FactView
import detailbook.bindings.FlagKind
import detailbook.bindings.ItemView
import detailbook.bindings.LeavingView
import detailbook.bindings.MessageView
import detailbook.bindings.NoticeView
import detailbook.bindings.OfferView
import detailbook.bindings.PendingView
import detailbook.bindings.ReliefAnswerView
import detailbook.bindings.ReliefAskView
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftView
import detailbook.bindings.SyncState
import detailbook.bindings.SyncView
import detailbook.bindings.TermsView
import detailbook.bindings.TradeView
import detailbook.bindings.WishView
import detailbook.bindings.WrittenView
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

// Views in few words, as the told stories have them.

internal fun <T> listed(items: List<T>, say: (T) -> JsonElement) = JsonArray(items.map(say))

/** The name of the case, likeThis: of an enum's constant or of a sealed class. */
internal fun caseOf(value: Any): String = when (value) {
    is Enum<*> -> value.name.lowercase().replace(Regex("_(.)")) { it.groupValues[1].uppercase() }
    else -> value::class.simpleName!!.replaceFirstChar { it.lowercase() }
}

private fun inFewWords(state: SyncState): String = when (state) {
    is SyncState.Held -> "held:${state.code}"
    is SyncState.Refused -> "refused:${state.code}"
    else -> caseOf(state)
}

internal fun RunningView.inFewWords() = buildJsonObject {
    put("assignment", shift?.assignment?.id)
    put("detail", detail)
    put("state", caseOf(state))
    put("worked_ms", workedSoFar)
    put("flags", listed(flags) { flag ->
        buildJsonObject {
            val kind = flag.kind
            put("kind", if (kind is FlagKind.Anomaly) caseOf(kind.v1) else caseOf(kind))
            put("explanations", listed(flag.explanations, ::JsonPrimitive))
        }
    })
    put("places", listed(places) { JsonPrimitive(caseOf(it.verdict.state)) })
    put("ask_at", listed(askAt, ::JsonPrimitive))
    put("review_at", reviewAt)
    put("orders_read", ordersRead)
    put("submitted", submitted)
    put("sync", sync?.let(::inFewWords))
}

internal fun ShiftView.inFewWords() = buildJsonObject {
    put("assignment", assignment.id)
    put("title", detail?.title)
    put("site", site?.name)
    put("starts", detail?.starts)
    put("ends", detail?.ends)
    put("state", caseOf(assignment.state))
    put("acknowledgement", caseOf(acknowledgement))
    put("paid_ms", ruling?.accepted?.sumOf { it.end - it.start })
    put("leaving", leaving?.inFewWords() ?: JsonNull)
}

private fun LeavingView.inFewWords() = buildJsonObject {
    put("call_off", callOff?.let(::pendingInFewWords))
    put("called_off", calledOff?.let {
        buildJsonObject {
            put("state", caseOf(it.state))
            put("late", it.late)
            put("why", it.why)
            put("reason", it.reason)
        }
    } ?: JsonNull)
    put("offer", offer?.let(::pendingInFewWords))
    put("offered", offered?.let {
        buildJsonObject {
            put("state", caseOf(it.state))
            put("to", it.toName)
        }
    } ?: JsonNull)
}

private fun pendingInFewWords(pending: PendingView): String =
    if (pending is PendingView.Refused) "refused:${pending.reason}" else caseOf(pending)

internal fun OfferView.inFewWords() = buildJsonObject {
    put("detail", detail.id)
    put("title", detail.title)
    put("opens", opens)
    put("application", when (val stands = application) {
        null -> null
        is ApplicationView.Stands -> caseOf(stands.state)
        is ApplicationView.Refused -> "refused:${stands.reason}"
        else -> caseOf(stands)
    })
}

internal fun TermsView.inFewWords() = buildJsonObject {
    put("method", method)
    put("closes", closes)
    put("decided_at", decidedAt)
    put("acknowledge_ms", acknowledgeWithin)
    put("committed", commitment.isNotEmpty())
}

internal fun AdviceView.inFewWords() = buildJsonObject {
    put("stands_in_the_way", standsInTheWay)
    put("findings", listed(findings) { finding ->
        buildJsonObject {
            put("rule", finding.rule)
            put("state", caseOf(finding.state))
            put("severity", caseOf(finding.severity))
            put("sentence", finding.sentence)
        }
    })
}

internal fun AwardView.inFewWords() = buildJsonObject {
    put("outcome", caseOf(outcome))
    put("rank", rank?.toLong())
    put("of", of.toLong())
    put("method", method)
    put("decided_at", decidedAt)
    put("sentence", sentence)
}

internal fun ChargeView.inFewWords() = buildJsonObject {
    put("kind", caseOf(kind))
    put("minutes", minutes)
    put("rule", rule)
    put("note", note)
    put("at", at)
}

internal fun NoticeView.inFewWords() = buildJsonObject {
    put("notice", notice.id)
    put("event", caseOf(notice.event))
    put("title", notice.title)
    put("text", notice.text)
    put("detail", notice.detail)
    put("assignment", notice.assignment)
    put("acknowledge_by", notice.acknowledgeBy)
    put("acknowledgement", acknowledgement?.let(::caseOf))
}

internal fun ReliefAskView.inFewWords() = buildJsonObject {
    val said = answer
    put("assignment", ask.assignment)
    put("title", detail?.title)
    put("site", site?.name)
    put("answer_by", ask.answerBy)
    put("answer", if (said is ReliefAnswerView.Refused) "refused:${said.reason}" else caseOf(said))
    put("comes", (said as? ReliefAnswerView.Waiting)?.comes)
}

internal fun TradeView.inFewWords() = buildJsonObject {
    put("trade", id)
    put("assignment", trade.assignment)
    put("title", detail?.title)
    put("site", site?.name)
    put("mine", mine)
    put("state", caseOf(trade.state))
    put("from", trade.fromName)
    put("to", trade.toName)
    put("reason", trade.reason)
    put("wish", wish?.let(::pendingInFewWords))
}

internal fun FactView.inFewWords() = buildJsonObject {
    put("fact", fact)
    put("kind", caseOf(kind))
    put("at", at)
    put("text", text)
    put("about", about)
    put("corrected", corrected)
    put("own", own)
    put("signed", signed)
    put("sync", inFewWords(sync))
}

internal fun WrittenView.inFewWords() = buildJsonObject {
    put("kind", caseOf(written.kind))
    put("text", written.text)
    put("own", own)
    put("sync", inFewWords(sync))
    val kept = original
    put("original", if (kept == null) JsonPrimitive(null as String?) else buildJsonObject {
        put("size", kept.size.toLong())
        put("complete", kept.complete != null)
        put("here", kept.here)
    })
}

internal fun SyncView.inFewWords() = buildJsonObject {
    put("all_synced", allSynced)
    put("facts_waiting", factsWaiting.toLong())
    put("wishes_waiting", wishesWaiting.toLong())
    put("originals_waiting", originalsWaiting.toLong())
    put("originals_failed", originalsFailed.toLong())
    put("facts_refused", factsRefused.toLong())
    put("facts_unsigned", factsUnsigned.toLong())
    put("revoked", revokedAt != null)
    put("update_wanted", updateWanted)
}

internal fun ItemView.inFewWords() = buildJsonObject {
    put("item", caseOf(item))
    put("sync", inFewWords(sync))
}

internal fun WishView.inFewWords() = buildJsonObject {
    put("command", command)
    put("wish", wish?.let(::caseOf))
    put("waiting", waiting)
    put("decision", decision?.let(::caseOf))
    put("reason", reason)
}

internal fun MessageView.inFewWords() = buildJsonObject {
    when (val view = this@inFewWords) {
        is MessageView.OnThisPhone -> {
            put("from", "phone")
            put("text", view.text)
        }
        is MessageView.Sent -> {
            put("from", caseOf(view.message.from))
            put("text", view.message.text)
        }
    }
}
