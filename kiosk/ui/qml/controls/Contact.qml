// Where the municipality is found: its telephone, its address, its hours. Not there where the town hall has set nothing.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: contact
    // Rows of icon and text (stage.contact).
    property var lines: []
    property color colour: Theme.text

    visible: lines.length > 0
    spacing: Theme.space(1)

    Repeater {
        model: contact.lines
        Row {
            id: line
            required property var modelData
            required property int index
            width: contact.width
            spacing: Theme.space(2)

            Icon {
                id: sign
                y: Math.round((words.font.pixelSize * words.leading - height) / 2)
                name: line.modelData.icon
                colour: Theme.primary
                side: Math.round(words.font.pixelSize * 1.15)
            }
            Words {
                id: words
                width: parent.width - sign.width - parent.spacing
                role: line.index ? "caption" : "label"
                leading: 1.3
                wrapMode: Text.Wrap
                color: contact.colour
                text: line.modelData.text
            }
        }
    }
}
