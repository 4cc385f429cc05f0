// A question of a sheet with its few answers, two beside one another where there is room.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: choices
    property string title
    property var answers: []
    // What the objectNames of the answers begin with.
    property string prefix
    property int chosen: 0

    signal picked(int index)

    spacing: Theme.space(1)

    Words {
        role: "h2"
        width: parent.width
        text: choices.title
    }
    Grid {
        id: grid
        width: parent.width
        columns: Theme.portrait && Theme.textSize > 1 ? 1 : 2
        spacing: Theme.space(2)
        Repeater {
            model: choices.answers
            ChoiceRow {
                required property int index
                required property string modelData
                objectName: choices.prefix + index
                width: Math.floor((grid.width - (grid.columns - 1) * grid.spacing) / grid.columns)
                text: modelData
                checked: choices.chosen === index
                onPressed: choices.picked(index)
            }
        }
    }
}
