package detailbook.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.Tag
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.AdviceView
import detailbook.bindings.OfferView
import detailbook.bindings.Position
import detailbook.officer.ApplyQuestion
import detailbook.officer.FindingTone
import detailbook.officer.OfferChoice
import detailbook.officer.OfferStanding
import detailbook.officer.applyQuestion
import detailbook.officer.mayApply
import detailbook.officer.offerChoices
import detailbook.officer.openOffers
import detailbook.officer.opensLater
import detailbook.officer.reason
import detailbook.officer.shownFindings
import detailbook.officer.standing
import detailbook.officer.tone

/** Details on offer, the next one first. */
@Composable
fun OffersScreen(officer: Officer, trail: Trail) {
    val now = rememberNow(officer.shell::now)
    val offers = rememberOffers(officer)
    val shown = offers.items ?: return
    val asks = rememberRead(officer, Unit) { reliefAsks() }.orEmpty()
    val trades = openOffers(rememberRead(officer, Unit) { trades(null).items }.orEmpty(), now)
    Page {
        items(asks.size, { "ask ${asks[it].ask.assignment}" }) { ReliefBlock(officer, asks[it], now) }
        items(trades.size, { "trade ${trades[it].id}" }) { TradeBlock(officer, trades[it], now) }
        if (shown.isEmpty() && asks.isEmpty() && trades.isEmpty()) item { Empty(stringResource(R.string.offers_empty), stringResource(R.string.offers_empty_text)) }
        items(shown.size, { shown[it].detail.id }) { index ->
            val offer = shown[index]
            Block(onClick = { trail.go(Spot.OFFER, offer.detail.id) }) {
                Title(offer.detail.title)
                DetailLines(offer.detail, offer.site, now)
                OpensLater(offer, now)
                StandingTag(standing(offer))
            }
        }
        offers.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
    }
}

/** One detail on offer, and the one thing to do about it. */
@Composable
fun OfferScreen(officer: Officer, detail: String) {
    val now = rememberNow(officer.shell::now)
    val offers = rememberOffers(officer)
    val offer = offers.items.orEmpty().find { it.detail.id == detail }
    LaunchedEffect(offers.items) { if (offer == null) offers.more?.invoke() }
    val advice = rememberRead(officer, detail) { advice(detail) }
    val terms = rememberRead(officer, detail) { terms(detail) }
    val award = rememberRead(officer, detail) { award(detail) }
    if (offer == null) return
    Page {
        item {
            Block {
                Title(offer.detail.title)
                DetailLines(offer.detail, offer.site, now)
                offer.detail.reference.ifBlank { null }?.let { Faint(stringResource(R.string.reference, it)) }
                StandingTag(standing(offer))
                reason(offer)?.let { Line(it) }
            }
        }
        terms?.let { item { TermsBlock(it, offer.detail.zone, now) } }
        award?.let { item { AwardBlock(it, offer.detail.zone, now) } }
        if (advice != null && mayApply(offer) && shownFindings(advice).isNotEmpty()) item { AdviceBlock(advice) }
        if (opensLater(offer, now) != null) item { Block { OpensLater(offer, now) } }
        for (choice in offerChoices(offer)) item { Act(officer, offer, choice, advice, now) }
        item { Positions(offer.detail.positions) }
        if (offer.detail.postOrders.isNotBlank()) {
            item { Heading(stringResource(R.string.title_post_orders)) }
            item { Block { Line(offer.detail.postOrders) } }
        }
    }
}

/** Why nobody can apply yet: it opens to this officer later. */
@Composable
private fun OpensLater(offer: OfferView, now: Long) {
    opensLater(offer, now)?.let { Line(stringResource(R.string.offer_opens, rememberWhen().dayAndClock(it, now, offer.detail.zone))) }
}

@Composable
private fun Act(officer: Officer, offer: OfferView, choice: OfferChoice, advice: AdviceView?, now: Long) {
    val detail = offer.detail.id
    val mayWish = mayWish(officer, detail)
    val mayApply = mayWish && opensLater(offer, now) == null
    when (choice) {
        OfferChoice.Withdraw -> Secondary(stringResource(R.string.withdraw), enabled = mayWish) { officer.wish(detail) { withdraw(detail) } }
        is OfferChoice.Apply -> ApplyButton(choice.position, advice, mayApply) { officer.wish(detail) { apply(detail, choice.position?.id) } }
    }
}

/** Nothing is sent before what the rules say could be read. */
@Composable
private fun ApplyButton(position: Position?, advice: AdviceView?, mayApply: Boolean, onApply: () -> Unit) {
    var asked by rememberSaveable(position?.id) { mutableStateOf(false) }
    val question = applyQuestion(advice)
    val press = { if (question == ApplyQuestion.NONE) onApply() else asked = true }
    if (position == null) {
        Primary(stringResource(R.string.apply), enabled = advice != null && mayApply, onClick = press)
    } else {
        Secondary(stringResource(R.string.apply_for, position.name), enabled = advice != null && mayApply, onClick = press)
    }
    if (!asked || advice == null) return
    val title = if (question == ApplyQuestion.ALL_THE_SAME) R.string.apply_all_the_same else R.string.apply_read_it
    val said = shownFindings(advice).filter { tone(it) != FindingTone.GOOD }.joinToString("\n\n") { it.sentence }
    Sure(stringResource(title), said + "\n\n" + stringResource(R.string.advice_how), stringResource(R.string.apply), { asked = false }) {
        asked = false
        onApply()
    }
}

@Composable
private fun Positions(positions: List<Position>) {
    if (positions.isEmpty()) return
    Block {
        Faint(stringResource(R.string.positions))
        for (position in positions) {
            val name = position.rank?.let { stringResource(R.string.position_rank, position.name, it) } ?: position.name
            Line(if (position.filled) stringResource(R.string.position_taken, name) else name)
        }
    }
}

@Composable
private fun StandingTag(standing: OfferStanding) {
    val colors = MaterialTheme.colorScheme
    val (background, content) = when (standing) {
        OfferStanding.AWARDED -> colors.tertiaryContainer to colors.onTertiaryContainer
        OfferStanding.OPEN, OfferStanding.APPLYING, OfferStanding.APPLIED -> colors.primaryContainer to colors.onPrimaryContainer
        OfferStanding.REFUSED -> colors.errorContainer to colors.onErrorContainer
        else -> colors.surfaceVariant to colors.onSurfaceVariant
    }
    Tag(stringResource(standing.words()), background, content)
}

@Composable
private fun rememberOffers(officer: Officer): Paged<OfferView> =
    rememberPaged(officer, Unit) { mark -> officer.core.screens.offers(mark).let { it.items to it.next } }
