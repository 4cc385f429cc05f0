// What is being typed, with its name above and the place of the next letter. The words belong to whoever sets them.
import QtQuick
import "../theme"

Column {
    id: field
    property string label
    property string text
    property string hint
    property string fault
    readonly property bool empty: text === ""

    spacing: Theme.space(0)

    Words {
        width: parent.width
        role: "label"
        text: field.label
    }
    Rectangle {
        width: parent.width
        height: Math.max(Theme.targetBig, words.implicitHeight + Theme.px(32))
        radius: Theme.radius(1)
        color: Theme.surface
        border.width: Theme.lineStrong
        border.color: field.fault ? Theme.danger : Theme.primary
        Accessible.role: Accessible.EditableText
        Accessible.name: field.label
        Accessible.description: field.empty ? field.hint : field.text

        Words {
            id: words
            anchors.verticalCenter: parent.verticalCenter
            x: Theme.px(24)
            width: parent.width - 2 * x - caret.width
            role: "h2"
            font.weight: field.empty ? Font.Normal : Font.DemiBold
            color: field.empty ? Theme.muted : Theme.text
            wrapMode: Text.Wrap
            text: field.empty ? field.hint : field.text
            Accessible.ignored: true

            Rectangle {
                id: caret
                width: Theme.lineStrong
                height: Math.round(Theme.h2 * 1.2)
                x: field.empty ? -2 * width : Math.min(parent.width, ending.advanceWidth) + width
                y: parent.height - height
                visible: words.lineCount === 1
                color: Theme.primary
            }
            TextMetrics {
                id: ending
                font: words.font
                text: words.text
            }
        }
    }
    Notice {
        width: parent.width
        kind: "warning"
        text: field.fault
    }
}
