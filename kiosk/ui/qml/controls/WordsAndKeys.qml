// Words at the left, keys at the right; in portrait the words above and the keys low. The words give way to their room, and
// page only where that is not enough. What is typed and its keys always stand in sight, and in low reach the keys keep to
// the lower half.
import QtQuick
import "../theme"

Item {
    id: both
    property var shown: ({})
    property alias words: wordsColumn.data
    property alias typed: typedColumn.data
    property alias keys: keysColumn.data
    property bool beside: !Theme.portrait
    // Standing, many words, as a warning's, take from the height of the keys before letters give way.
    property bool wordy: false
    // As wide in every text size: who needs large letters needs large keys.
    property int keysWidth: Theme.span(6)
    readonly property int wordsWidth: Math.min(Theme.span(Theme.textSize > 1 ? 7 : 5), width - keysWidth - Theme.gutter)
    // What only accompanies has given way; by how many text sizes the rest has.
    readonly property alias brief: wordsColumn.brief
    readonly property alias smaller: wordsColumn.smaller
    readonly property int edge: Theme.lowReach ? Theme.space(1) : Theme.px(Theme.low ? 26 : Theme.portrait ? 36 : 56)
    readonly property int gap: Theme.space(2)
    readonly property int lowTop: Theme.lowReach ? Theme.reachTop - Theme.headerHeight - Theme.stripeHeight : 0
    readonly property int typedHeight: typedColumn.implicitHeight + gap
    // The height that the keys may take.
    readonly property int room: Theme.lowReach ? height - lowTop - 2 * edge
                                : beside ? height - 2 * edge - typedHeight
                                : Math.round(height * (wordy ? 0.51 - 0.04 * Theme.textSize : 0.56))
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
        for (const each of [...typedColumn.children, typedColumn, ...keysThere, keysColumn])
            if (each.forceLayout)
                each.forceLayout();
        wordsColumn.fit();
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

            Fitted {
                id: wordsColumn
                y: both.edge
                width: parent.width
                room: pages.height - both.edge
            }
        }
    }
    Column {
        id: typedColumn
        x: keysColumn.x
        y: both.lowest
        width: keysColumn.width
    }
    Column {
        id: keysColumn
        x: both.beside ? both.width - width : 0
        y: typedColumn.y + both.typedHeight
        width: both.beside ? both.keysWidth : both.width
    }
}
