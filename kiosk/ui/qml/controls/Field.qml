// What is being typed, with its name above and the place of the next letter. The words belong to whoever sets them.
import QtQuick
import "../theme"

Column {
    id: field
    property string label
    property string text
    property string hint
    property string fault
    // Where the fault is told elsewhere, the edge alone tells it.
    property bool wrong: fault !== ""
    // The title above says already what it is.
    property bool bare: false
    // The most lines that it may take: of a longer text the last ones stand there, where the next letter comes. 0: all.
    property int most: 0
    property alias wrapMode: words.wrapMode
    property alias role: words.role
    readonly property bool empty: text === ""

    spacing: Theme.space(0)

    Words {
        width: parent.width
        visible: !field.bare
        role: "label"
        text: field.label
    }
    Rectangle {
        width: parent.width
        height: Math.max(Theme.targetBig, frame.height + Theme.px(32))
        radius: Theme.radius(1)
        color: Theme.surface
        border.width: Theme.lineStrong
        border.color: field.wrong ? Theme.danger : Theme.primary
        Accessible.role: Accessible.EditableText
        Accessible.name: field.label
        Accessible.description: field.empty ? field.hint : field.text

        Item {
            id: frame
            readonly property real line: words.implicitHeight / Math.max(1, words.lineCount)
            // Part of the text is out of sight.
            readonly property bool needed: field.most > 0 && words.lineCount > field.most
            anchors.verticalCenter: parent.verticalCenter
            x: Theme.px(24)
            width: parent.width - 2 * x - caret.width
            height: needed ? Math.ceil(field.most * line) : words.implicitHeight
            clip: needed

            Words {
                id: words
                y: parent.height - height
                width: parent.width
                role: "h2"
                leading: Theme.leadingTight
                font.weight: field.empty ? Font.Normal : Font.DemiBold
                color: field.empty ? Theme.muted : Theme.text
                wrapMode: Text.Wrap
                text: field.empty ? field.hint : field.text
                Accessible.ignored: true

                Rectangle {
                    id: caret
                    width: Theme.lineStrong
                    height: Math.round(words.font.pixelSize * 1.2)
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
    }
    Notice {
        width: parent.width
        kind: "warning"
        text: field.fault
    }
}
