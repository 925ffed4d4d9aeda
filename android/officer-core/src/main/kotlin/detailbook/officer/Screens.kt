package detailbook.officer

import detailbook.bindings.AdviceView
import detailbook.bindings.AwardView
import detailbook.bindings.ChargePage
import detailbook.bindings.DetailId
import detailbook.bindings.DocumentId
import detailbook.bindings.FactId
import detailbook.bindings.FactView
import detailbook.bindings.FirstScreen
import detailbook.bindings.ItemView
import detailbook.bindings.MessagePage
import detailbook.bindings.NoticePage
import detailbook.bindings.OfferPage
import detailbook.bindings.OfficerName
import detailbook.bindings.PageMark
import detailbook.bindings.ReliefAskView
import detailbook.bindings.RunningView
import detailbook.bindings.ScreensListener
import detailbook.bindings.Sha256
import detailbook.bindings.ShiftLogPage
import detailbook.bindings.ShiftPage
import detailbook.bindings.SyncView
import detailbook.bindings.TermsView
import detailbook.bindings.TradePage
import detailbook.bindings.UnixMillis
import detailbook.bindings.WishView
import detailbook.bindings.WrittenPage
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.withContext
import detailbook.bindings.OfficerCore as Library

/** Counts what the library says has changed. Told on any thread; does nothing there but count. */
internal class Changes : ScreensListener {
    private val count = MutableStateFlow(0L)
    val counted: StateFlow<Long> = count.asStateFlow()

    override fun screensChanged() = count.update { it + 1 }
}

/**
 * What screens show. Each flow is null until its view was read once, is read again whenever something changed and only while somebody
 * collects it, and keeps what it showed last when it cannot be read, such as while suspended: [trouble] then says why.
 *
 * Long lists give their first page; the functions of the same name give the pages after it.
 */
class Screens internal constructor(
    private val library: Library,
    private val clock: PhoneClock,
    private val io: CoroutineDispatcher,
    private val changes: Changes,
    private val door: Door,
) {
    private val scope = CoroutineScope(SupervisorJob() + io)
    private val troubles = Troubles()

    /**
     * Why something that is followed, by a flow here or by [following], cannot be read; null where all can. It stands until that very thing could be
     * read again, or nobody follows it any more.
     */
    val trouble: StateFlow<OfficerError?> = troubles.told

    /** Goes up whenever something changed: for a screen that reads again what has an id of its own. */
    val changed: StateFlow<Long> = changes.counted

    /** What the app shows when it opens. */
    val first: StateFlow<FirstScreen?> = live { library.firstScreen(it) }

    /** The shift under way; none while [Shown.value] is null. */
    val running: StateFlow<Shown<RunningView>?> = live { Shown(library.running(it)) }

    /** Assignments in force, the next one first. */
    val schedule: StateFlow<ShiftPage?> = live { library.schedule(it, null, PAGE.toUInt()) }

    /** Assignments that are over, the last one first. */
    val pastShifts: StateFlow<ShiftPage?> = live { library.pastShifts(it, null, PAGE.toUInt()) }

    /** Details on offer, the next one first. */
    val offers: StateFlow<OfferPage?> = live { library.offers(it, null, PAGE.toUInt()) }

    /** Messages, newest first. */
    val messages: StateFlow<MessagePage?> = live { library.messages(null, PAGE.toUInt()) }

    /** Open questions to come instead of somebody, the oldest first. */
    val reliefAsks: StateFlow<List<ReliefAskView>?> = live { library.reliefAsks(it, PAGE.toUInt()) }

    /** Trades, newest first; those that are over too. */
    val trades: StateFlow<TradePage?> = live { library.trades(null, PAGE.toUInt()) }

    /** What the officer was told of, newest first. */
    val notices: StateFlow<NoticePage?> = live { library.notices(null, PAGE.toUInt()) }

    /** The officer's entries in the opportunity ledger, newest first. */
    val charges: StateFlow<ChargePage?> = live { library.charges(null, PAGE.toUInt()) }

    /** How the exchange stands as a whole. */
    val syncState: StateFlow<SyncView?> = live { library.syncState() }

    /** Items that the agency does not have: waiting, refused, or given up. */
    val unsettled: StateFlow<List<ItemView>?> = live { library.unsettled(PAGE.toUInt()) }

    /** The officer's wishes, newest first, with what became of them. */
    val wishes: StateFlow<List<WishView>?> = live { library.wishes(PAGE.toUInt()) }

    /** Reads what is collected again because time has passed: once a minute while a shift runs on screen. */
    fun refresh() = changes.screensChanged()

    /**
     * What [read] gives, now and after every change, for as long as it is collected. Where it fails nothing is given, and [trouble] says why. A question
     * that makes no sense is whose it is who asks, and a core that was closed has nothing more to show: neither is trouble.
     */
    fun <T> following(read: suspend Screens.() -> T): Flow<T> = flow {
        val what = Any()
        try {
            changes.counted.filter { !door.isClosed }.collect { attempt(what, read).onSuccess { emit(it) } }
        } finally {
            troubles.isOver(what)
        }
    }

    private suspend fun <T> attempt(what: Any, read: suspend Screens.() -> T): Result<T> = try {
        Result.success(read()).also { troubles.isOver(what) }
    } catch (error: OfficerError) {
        if (error !is OfficerError.Invalid && error !is OfficerError.Closed) troubles.stands(what, error)
        Result.failure(error)
    }

    /** A shift, by its document. One that nothing was written of yet has not begun. */
    suspend fun shift(log: DocumentId): RunningView = read { library.shift(log, it) }

    /** Assignments in force after [mark]. */
    suspend fun schedule(mark: PageMark?, limit: Int = PAGE): ShiftPage = read { library.schedule(it, mark, limit.toUInt()) }

    /** Assignments that are over after [mark]. */
    suspend fun pastShifts(mark: PageMark?, limit: Int = PAGE): ShiftPage =
        read { library.pastShifts(it, mark, limit.toUInt()) }

    /** The officer's own shifts without an assignment after [mark], the last punched first; the one under way too. */
    suspend fun unassignedShifts(mark: PageMark?, limit: Int = PAGE): ShiftLogPage =
        read { library.unassignedShifts(it, mark, limit.toUInt()) }

    /** Details on offer after [mark]. */
    suspend fun offers(mark: PageMark?, limit: Int = PAGE): OfferPage = read { library.offers(it, mark, limit.toUInt()) }

    /** Messages after [mark]. */
    suspend fun messages(mark: PageMark?, limit: Int = PAGE): MessagePage = read { library.messages(mark, limit.toUInt()) }

    /** What the rules say of applying for a detail, as far as this phone knows. The agency decides. */
    suspend fun advice(detail: DetailId): AdviceView = read { library.advice(detail, it) }

    /** How a detail will be awarded; null where a coordinator decides, or its posting has not come. */
    suspend fun terms(detail: DetailId): TermsView? = read { library.terms(detail) }

    /** Why the officer got what they got in the latest award of a detail; null where there was none. */
    suspend fun award(detail: DetailId): AwardView? = read { library.award(detail) }

    /** Open questions to come instead of somebody, asked now. */
    suspend fun reliefAsks(limit: Int = PAGE): List<ReliefAskView> = read { library.reliefAsks(it, limit.toUInt()) }

    /** Trades after [mark]. */
    suspend fun trades(mark: PageMark?, limit: Int = PAGE): TradePage = read { library.trades(mark, limit.toUInt()) }

    /** Notices after [mark]. */
    suspend fun notices(mark: PageMark?, limit: Int = PAGE): NoticePage = read { library.notices(mark, limit.toUInt()) }

    /** Ledger entries after [mark]. */
    suspend fun charges(mark: PageMark?, limit: Int = PAGE): ChargePage = read { library.charges(mark, limit.toUInt()) }

    /** The facts of a document after [after], in the order they were written down. */
    suspend fun facts(document: DocumentId, after: FactId? = null, limit: Int = PAGE): List<FactView> =
        read { library.facts(document, after, limit.toUInt()) }

    /** Notes, photos, videos and incidents of a document as they stand. */
    suspend fun written(document: DocumentId, mark: PageMark? = null, limit: Int = PAGE): WrittenPage =
        read { library.written(document, mark, limit.toUInt()) }

    /** Where an original lies, null where it is not on this phone any more. */
    suspend fun original(hash: Sha256): String? = read { library.original(hash) }

    /** The detail's shared text as this phone has it. */
    suspend fun passOnText(detail: DetailId): String = read { library.passOnText(detail) }

    /** How the agency names the officer whose book this is; null until its record of the officer has come. */
    suspend fun whose(): OfficerName? = read { library.firstScreen(it).officer }

    /** How the exchange stands, asked now. */
    suspend fun syncStateNow(): SyncView = read { library.syncState() }

    /** The shift under way, asked now. */
    suspend fun runningNow(): RunningView? = read { library.running(it) }

    /** Nothing is read again after this. */
    internal fun stop() = scope.cancel()

    private suspend fun <T> read(view: (UnixMillis) -> T): T = withContext(io) { readNow(view) }

    private fun <T> readNow(view: (UnixMillis) -> T): T = door.enter { view(wallNow()) }

    /** What the wall clock says. */
    internal fun wallNow(): UnixMillis = runCatching { clock.read().wall }.getOrElse {
        throw OfficerError.PhonePart("clock", "the phone's clocks did not answer", it)
    }

    private fun <T : Any> live(view: (UnixMillis) -> T): StateFlow<T?> =
        following { readNow(view) }.stateIn(scope, WHILE_COLLECTED, null)

    companion object {
        /** Items a page, where nothing else is asked for. */
        const val PAGE: Int = 50

        // A screen that turns leaves for a moment: its views are not thrown away for that.
        private val WHILE_COLLECTED = SharingStarted.WhileSubscribed(stopTimeoutMillis = 5_000)
    }
}

/** A view that may hold nothing, as distinct from one that was not read yet. */
data class Shown<T : Any>(val value: T?)
