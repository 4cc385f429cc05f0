// The four sizes of text, each answer written at its own size: what is chosen is seen before it is chosen.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: choices
    property int chosen: 0
    readonly property var names: [qsTr("Normal"), qsTr("Large"), qsTr("Larger"), qsTr("Largest")]

    signal picked(int index)

    spacing: Theme.space(1)

    Words {
        role: "h2"
        width: parent.width
        text: qsTr("Text size")
    }
    Grid {
        id: grid
        width: parent.width
        columns: Theme.portrait && Theme.textSize > 1 ? 1 : 2
        spacing: Theme.space(2)
        Repeater {
            model: choices.names
            ChoiceRow {
                required property int index
                required property string modelData
                objectName: "text_size_" + index
                width: Math.floor((grid.width - (grid.columns - 1) * grid.spacing) / grid.columns)
                text: modelData
                letters: Theme.px(Theme.tokens.type.body[index])
                checked: choices.chosen === index
                onPressed: choices.picked(index)
            }
        }
    }
}
