// What every page of the gallery is: specimens in two columns, or in one where it is narrow.
import QtQuick
import booth
import "../theme"

Grid {
    id: page
    required property WindowStage stage
    required property var shown
    required property size nominal
    readonly property int each: Math.floor((width - (columns - 1) * columnSpacing) / columns)

    width: parent ? parent.width : 0
    columns: Theme.wide ? 2 : 1
    columnSpacing: 2 * Theme.gutter
    rowSpacing: Theme.space(4)
}
