// Words at the left, keys at the right; in portrait one above the other. The words page where they must. What is typed and
// its keys always stand in sight, and in low reach the keys keep to the lower half.
import QtQuick
import "../theme"

Item {
    id: both
    property var shown: ({})
    property alias words: wordsColumn.data
    property alias typed: typedColumn.data
    property alias keys: keysColumn.data
    property bool beside: !Theme.portrait
    // Large letters need the room more than the keys do.
    readonly property bool large: Theme.textSize > 1
    property int keysWidth: Theme.span(large ? 5 : 6)
    readonly property int wordsWidth: Math.min(Theme.span(large ? 7 : 5), width - keysWidth - Theme.gutter)
    readonly property int edge: Theme.lowReach ? Theme.space(1) : Theme.px(Theme.low ? 26 : Theme.portrait ? 36 : 56)
    readonly property int gap: Theme.space(2)
    readonly property int lowTop: Theme.lowReach ? Theme.reachTop - Theme.headerHeight - Theme.stripeHeight : 0
    readonly property int typedHeight: typedColumn.implicitHeight + gap
    // The height that the keys may take.
    readonly property int room: Theme.lowReach ? height - lowTop - 2 * edge
                                : beside ? height - 2 * edge - typedHeight
                                : height - 2 * edge - typedHeight - wordsColumn.implicitHeight - Theme.space(3)
    readonly property int lowest: height - edge - keysColumn.implicitHeight - typedHeight

    // Whether other words, or larger ones, page is judged without the rail of those before: it makes them taller.
    readonly property var matter: [shown, Theme.textSize]
    onMatterChanged: Qt.callLater(settle)

    readonly property var keysThere: keysColumn.children
    // Rows and columns would place their children only with the next frame.
    function settle() {
        if (!Window.window)
            return;
        pages.needed = false;
        wordsColumn.forceLayout();
        typedColumn.forceLayout();
        for (const each of keysThere)
            if (each.forceLayout)
                each.forceLayout();
        keysColumn.forceLayout();
        pages.judge();
    }

    x: Theme.margin
    width: parent ? parent.width - 2 * Theme.margin : 0
    height: parent ? parent.height : 0

    Pages {
        id: pages
        about: both.shown.title || ""
        railTop: both.edge
        width: both.beside ? both.wordsWidth : parent.width
        height: both.beside ? parent.height : typedColumn.y - both.gap

        Item {
            width: parent ? parent.width : 0
            height: both.edge + wordsColumn.implicitHeight

            Column {
                id: wordsColumn
                y: both.edge
                width: parent.width
                spacing: Theme.px(Theme.low ? 16 : 22)
            }
        }
    }
    Column {
        id: typedColumn
        x: keysColumn.x
        y: both.beside || Theme.lowReach ? both.lowest
           : Math.min(both.lowest, both.edge + wordsColumn.implicitHeight + Theme.space(3))
        width: keysColumn.width
    }
    Column {
        id: keysColumn
        x: both.beside ? both.width - width : 0
        y: typedColumn.y + both.typedHeight
        width: both.beside ? both.keysWidth : both.width
    }
}
