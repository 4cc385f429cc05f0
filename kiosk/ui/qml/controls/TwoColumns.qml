// The question at the left, the answers at the right; one below the other where it is narrow or the text is large.
// In low reach the answers take the lower half, and the question stands apart, above or beside them, if it fits.
import QtQuick
import "../theme"

Item {
    id: columns
    property alias leading: leftColumn.data
    property alias trailing: rightColumn.data
    property int leftSpan: 4
    property int rightSpan: 7
    property int rightSpacing: Theme.px(20)
    property bool sideBySide: Theme.wide
    // Where both sides are short they stand in the middle of the height.
    property bool middle: false
    // Beside one another no line would end both, if both page: then one follows the other.
    property bool stacked: false
    readonly property bool beside: sideBySide && !stacked
    // Something at the right can be pressed.
    property bool actions: false

    readonly property bool lowered: actions && Theme.lowReach
    readonly property int lowTop: lowered ? Math.max(0, Theme.reachTop - Theme.headerHeight) : 0
    readonly property int room: height - lowTop
    readonly property int above: Theme.px(Theme.low ? 32 : Theme.wide ? 56 : 36)
    readonly property bool apart: lowered && leftColumn.implicitHeight + above + Theme.space(1) <= (beside ? height : lowTop)
    readonly property int columnWidth: lowered ? width - pages.rail - Theme.gutter : pages.contentWidth
    readonly property int leftWidth: beside ? Theme.span(leftSpan) : columnWidth
    readonly property int rightWidth: !beside ? pages.contentWidth
                                      : Math.min(Theme.span(rightSpan), pages.contentWidth - leftWidth - Theme.gutter)

    // While one side pages, a short side stays in sight.
    readonly property bool leftStays: beside && pages.needed && leftColumn.height < pages.height - above
    readonly property bool rightStays: beside && pages.needed && !apart && !leftStays
                                       && rightColumn.height < pages.height - above

    // What stands at the right only accompanies: it need not have been seen.
    property bool leadingMatters: false
    // Whether something of it was not on the screen yet, and whether its pages were turned by the way on.
    property bool unread: false
    property bool turned: false
    property real seenTo: 0

    // Later, when the columns have their heights.
    function weigh() {
        if (beside && pages.needed && !apart && !leftStays && !rightStays)
            stacked = true;
    }
    Connections {
        target: Theme
        function onTextSizeChanged() {
            columns.stacked = false;
        }
    }

    function turn() {
        turned = true;
        pages.turn(1);
    }
    // It stands otherwise than before: what is on the screen now counts.
    function forget() {
        seenTo = 0;
        Qt.callLater(judge);
    }
    // Later, not bound: what is unread decides how much room there is, and a binding would chase its tail.
    function judge() {
        seenTo = Math.max(seenTo, !pages.needed ? pages.height : pages.atEnd ? both.height : pages.end);
        const ending = column => column.parent === both ? column.y + column.height : 0;
        const end = leadingMatters ? ending(leftColumn) : Math.max(ending(leftColumn), ending(rightColumn));
        unread = pages.needed && end > seenTo + 1;
    }

    // Whose columns they are; a change of its title is another matter, read from its beginning.
    readonly property var screen: parent

    x: Theme.margin
    width: parent ? parent.width - 2 * Theme.margin : 0
    height: parent ? parent.height : 0

    Pages {
        id: pages
        about: columns.screen && columns.screen.shown ? columns.screen.shown.title || "" : ""
        onAboutChanged: columns.stacked = false
        railTop: columns.lowered ? Theme.space(1) : columns.above
        sceneTop: Theme.headerHeight + y
        y: columns.lowTop
        width: parent.width
        height: columns.room
        onHeightChanged: columns.forget()
        onEndChanged: Qt.callLater(columns.judge)
        onAtEndChanged: Qt.callLater(columns.judge)
        onNeededChanged: {
            columns.forget();
            Qt.callLater(columns.weigh);
        }

        Item {
            id: both
            onHeightChanged: {
                columns.forget();
                Qt.callLater(columns.weigh);
            }
            width: pages.contentWidth
            // Not childrenRect: a column that stays in sight while the other pages would chase its own height.
            height: Theme.space(columns.lowered ? 1 : 2)
                    + (columns.apart ? Theme.space(1) + rightColumn.height
                       : columns.beside ? columns.above + Math.max(leftColumn.height, rightColumn.height)
                       : columns.above + leftColumn.height + Theme.space(3) + rightColumn.height)

            Column {
                id: leftColumn
                parent: columns.apart || columns.leftStays ? columns : both
                width: columns.leftWidth
                spacing: Theme.px(Theme.low ? 16 : 22)
                y: {
                    if (columns.apart || !columns.beside)
                        return columns.above;
                    if (columns.middle && !pages.needed)
                        return Math.max(columns.above, Math.round((columns.height - height) / 2));
                    return columns.above;
                }
            }
            Column {
                id: rightColumn
                parent: columns.rightStays ? columns : both
                width: columns.rightWidth
                x: columns.beside ? pages.contentWidth - width : 0
                spacing: columns.rightSpacing
                y: {
                    if (columns.apart)
                        return Theme.space(1);
                    if (!columns.beside)
                        return leftColumn.y + leftColumn.height + Theme.space(3);
                    if (columns.middle && !pages.needed)
                        return Math.max(columns.above, Math.round((columns.height - height) / 2));
                    return columns.above;
                }
            }
        }
    }
}
