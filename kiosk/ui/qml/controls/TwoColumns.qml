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
    // Something at the right can be pressed.
    property bool actions: false

    readonly property bool lowered: actions && Theme.lowReach
    readonly property int lowTop: lowered ? Math.max(0, Theme.reachTop - Theme.headerHeight) : 0
    readonly property int room: height - lowTop
    readonly property int above: Theme.px(Theme.low ? 32 : Theme.wide ? 56 : 36)
    readonly property bool apart: lowered && leftColumn.implicitHeight + above + Theme.space(1) <= (sideBySide ? height : lowTop)
    readonly property int columnWidth: lowered ? width - pages.rail - Theme.gutter : pages.contentWidth
    readonly property int leftWidth: sideBySide ? Theme.span(leftSpan) : columnWidth
    readonly property int rightWidth: !sideBySide ? pages.contentWidth
                                      : Math.min(Theme.span(rightSpan), pages.contentWidth - leftWidth - Theme.gutter)

    x: Theme.margin
    width: parent ? parent.width - 2 * Theme.margin : 0
    height: parent ? parent.height : 0

    Pages {
        id: pages
        railTop: columns.lowered ? Theme.space(1) : columns.above
        sceneTop: Theme.headerHeight + y
        y: columns.lowTop
        width: parent.width
        height: columns.room

        Item {
            id: both
            width: pages.contentWidth
            // Not childrenRect: a column that stays in sight while the other pages would chase its own height.
            height: Theme.space(columns.lowered ? 1 : 2)
                    + (columns.apart ? Theme.space(1) + rightColumn.height
                       : columns.sideBySide ? columns.above + Math.max(leftColumn.height, rightColumn.height)
                       : columns.above + leftColumn.height + Theme.space(3) + rightColumn.height)

            Column {
                id: leftColumn
                parent: columns.apart ? columns : both
                width: columns.leftWidth
                spacing: Theme.px(Theme.low ? 16 : 22)
                y: {
                    if (columns.apart || !columns.sideBySide)
                        return columns.above;
                    if (columns.middle && !pages.needed)
                        return Math.max(columns.above, Math.round((columns.height - height) / 2));
                    // While the answers page, a short question stays in sight.
                    return columns.above + (height < pages.height - columns.above ? pages.contentY : 0);
                }
            }
            Column {
                id: rightColumn
                readonly property int leadingHeight: leftColumn.implicitHeight
                width: columns.rightWidth
                x: columns.sideBySide ? pages.contentWidth - width : 0
                spacing: columns.rightSpacing
                y: {
                    if (columns.apart)
                        return Theme.space(1);
                    if (!columns.sideBySide)
                        return leftColumn.y + leftColumn.height + Theme.space(3);
                    if (columns.middle && !pages.needed)
                        return Math.max(columns.above, Math.round((columns.height - height) / 2));
                    const stays = height < pages.height - columns.above && height < leadingHeight;
                    return columns.above + (stays ? pages.contentY : 0);
                }
            }
        }
    }
}
