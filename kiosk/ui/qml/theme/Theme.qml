// The one place that answers "which colour, which size": tokens for the chosen scheme, text size and window.
pragma Singleton
import QtQuick

QtObject {
    id: theme

    // Set by Main.qml from the window and the stage.
    property real windowWidth: 1920
    property real windowHeight: 1080
    property int scheme: 0
    property int textSize: 0
    property bool motionWanted: true
    // Every action stands in the lower half of the window.
    property bool lowReach: false
    // The municipality has a crest of its own.
    property bool crested: false
    // The last thing done was a key: the focus ring shows.
    property bool keysInUse: false

    // The bar below has no room for why the way on is shut: the page says it. (Here and not asked of the bar: a window that
    // knew the shapes would compile them all before its first picture.)
    property bool barFull: false

    readonly property Tokens tokens: Tokens {}
    readonly property bool portrait: windowHeight > windowWidth
    readonly property bool light: scheme === 0
    readonly property bool contrast: scheme === 1 || scheme === 2
    readonly property bool motion: motionWanted && !contrast
    readonly property real u: Math.max(0.8, Math.min(Math.min(windowWidth, windowHeight) / 1080,
                                                     Math.max(windowWidth, windowHeight) / 1920))
    // Two columns side by side; otherwise everything stands in one column that pages.
    readonly property bool wide: !portrait && textSize < 2 && windowWidth / u >= 1500
    // A low window: rows and paddings draw together before anything has to page.
    readonly property bool low: lowReach || !portrait && windowHeight / u < 1050
    // Too narrow for two tiles beside one another in the larger letters.
    readonly property bool crowded: windowWidth / u < (textSize > 2 ? 1800 : textSize > 1 ? 1650 : 0)
    readonly property bool roomy: wide && windowWidth / u >= 1650 && windowHeight / u >= 1050

    readonly property color bg: tokens.colour.bg[scheme]
    readonly property color surface: tokens.colour.surface[scheme]
    readonly property color sunken: tokens.colour.sunken[scheme]
    readonly property color text: tokens.colour.text[scheme]
    readonly property color muted: tokens.colour.muted[scheme]
    readonly property color outline: tokens.colour.outline[scheme]
    readonly property color divider: tokens.colour.divider[scheme]
    readonly property color primary: tokens.colour.primary[scheme]
    readonly property color primaryDown: tokens.colour.primaryDown[scheme]
    readonly property color primaryText: tokens.colour.primaryText[scheme]
    readonly property color primaryDownText: tokens.colour.primaryDownText[scheme]
    readonly property color header: tokens.colour.header[scheme]
    readonly property color headerText: tokens.colour.headerText[scheme]
    readonly property color headerMuted: tokens.colour.headerMuted[scheme]
    readonly property color headerOutline: tokens.colour.headerOutline[scheme]
    readonly property color headerArt: tokens.colour.headerArt[scheme]
    readonly property color stripe: tokens.colour.stripe[scheme]
    readonly property color selected: tokens.colour.selected[scheme]
    readonly property color selectedText: tokens.colour.selectedText[scheme]
    readonly property color danger: tokens.colour.danger[scheme]
    readonly property color success: tokens.colour.success[scheme]
    readonly property color successText: tokens.colour.successText[scheme]
    readonly property color infoBg: tokens.colour.infoBg[scheme]
    readonly property color infoText: tokens.colour.infoText[scheme]
    readonly property color focusOuter: tokens.colour.focusOuter[scheme]
    readonly property color focusInner: tokens.colour.focusInner[scheme]
    readonly property color disabledText: tokens.colour.disabledText[scheme]
    readonly property color disabledBg: tokens.colour.disabledBg[scheme]
    readonly property color chipText: tokens.colour.chipText[scheme]
    readonly property color signing: tokens.colour.signing[scheme]
    readonly property color paper: tokens.colour.paper[scheme]
    readonly property color scrim: tokens.colour.scrim[scheme]
    readonly property color shadow: tokens.colour.shadow[scheme]
    readonly property color darkness: tokens.colour.darkness[scheme]
    readonly property color darknessText: tokens.colour.darknessText[scheme]

    function category(name) {
        return tokens.colour[name][scheme];
    }
    function px(n) {
        return Math.round(n * u);
    }
    function space(step) {
        return px(tokens.space[step]);
    }
    function radius(step) {
        return px(tokens.radius[step]);
    }

    readonly property string family: tokens.family
    readonly property int display: px(tokens.type.display[textSize])
    readonly property int h1: px(tokens.type.h1[textSize])
    readonly property int h2: px(tokens.type.h2[textSize])
    readonly property int body: px(tokens.type.body[textSize])
    readonly property int label: px(tokens.type.label[textSize])
    readonly property int caption: px(tokens.type.caption[textSize])
    readonly property int headerName: px(tokens.type.headerName[textSize])
    readonly property int headerClock: px(tokens.type.headerClock[textSize])
    readonly property int headerSmall: px(tokens.type.headerSmall[textSize])
    readonly property int headerMark: px(tokens.type.headerMark[textSize])
    readonly property int digit: px(tokens.type.digit[textSize])
    // A role's letters as they are some text sizes below; never below the normal one.
    function sized(role, smaller) {
        return px(tokens.type[role][Math.max(0, textSize - smaller)]);
    }
    readonly property real leadingTight: tokens.leadingTight
    readonly property real leadingBody: tokens.leadingBody
    readonly property real leadingNatural: tokens.leadingNatural

    readonly property int line: Math.max(1, px(tokens.line[scheme]))
    readonly property int lineStrong: Math.max(2, px(tokens.lineStrong))
    readonly property int target: Math.max(64, px(tokens.target.normal))
    readonly property int targetBig: px(tokens.target.big)
    readonly property int key: px(tokens.target.key)
    readonly property int tallKey: px(tokens.target.tallKey)
    readonly property int chip: px(124)
    readonly property int icon: px(32) + (label - px(26))

    readonly property int headerHeight: px(portrait ? tokens.bars.headerPortrait : tokens.bars.headerLandscape)
    readonly property int footerHeight: px(tokens.bars.footer)
    // Nothing to press stands above this line, counted from the window's top.
    readonly property int reachTop: lowReach ? Math.ceil(windowHeight / 2) : 0
    readonly property int stripeHeight: light ? px(tokens.bars.stripe) : line

    readonly property var grid: portrait ? tokens.grid.portrait : tokens.grid.landscape
    readonly property int margin: px(grid.margin)
    readonly property int gutter: px(grid.gutter)
    readonly property real column: (windowWidth - 2 * margin - (grid.columns - 1) * gutter) / grid.columns
    function span(columns) {
        return Math.round(columns * column + (columns - 1) * gutter);
    }

    readonly property int fast: motion ? tokens.motion.fast : 0
    readonly property int normal: motion ? tokens.motion.normal : 0
    readonly property int slow: tokens.motion.slow
    // Time to read a notice at leisure.
    readonly property int reading: tokens.motion.reading
}
