// The question at the left, the answers at the right; one below the other where it is narrow or the text is large.
import QtQuick
import "../theme"

Pages {
    id: columns
    property alias leading: leftColumn.data
    property alias trailing: rightColumn.data
    property int leftSpan: 4
    property int rightSpan: 7
    property int rightSpacing: Theme.px(20)
    property bool sideBySide: Theme.wide
    // Where both sides are short they stand in the middle of the height.
    property bool middle: false
    readonly property int between: contentWidth - leftWidth - rightWidth
    readonly property int leftWidth: sideBySide ? Theme.span(leftSpan) : contentWidth
    readonly property int rightWidth: sideBySide ? Math.min(Theme.span(rightSpan), contentWidth - leftWidth - Theme.gutter)
                                                 : contentWidth
    readonly property int above: Theme.px(Theme.low ? 26 : Theme.wide ? 56 : 32)

    railTop: above
    x: Theme.margin
    width: parent ? parent.width - 2 * Theme.margin : 0
    height: parent ? parent.height : 0

    Item {
        width: columns.contentWidth
        height: childrenRect.y + childrenRect.height + Theme.space(2)

        Item {
            width: 1
            height: columns.above
        }
        Column {
            id: leftColumn
            width: columns.leftWidth
            spacing: Theme.px(Theme.low ? 16 : 22)
            y: {
                if (!columns.sideBySide)
                    return columns.above;
                if (columns.middle && !columns.needed)
                    return Math.max(columns.above, Math.round((columns.height - height) / 2));
                // While the answers page, a short question stays in sight.
                return columns.above + (height < columns.height - columns.above ? columns.contentY : 0);
            }
        }
        Column {
            id: rightColumn
            width: columns.rightWidth
            x: columns.sideBySide ? columns.contentWidth - width : 0
            spacing: columns.rightSpacing
            y: !columns.sideBySide ? leftColumn.y + leftColumn.height + Theme.space(3)
               : columns.middle && !columns.needed ? Math.max(columns.above, Math.round((columns.height - height) / 2))
               : columns.above + (height < columns.height - columns.above && height < leadingHeight ? columns.contentY : 0)
            readonly property int leadingHeight: leftColumn.implicitHeight
        }
    }
}
