// A name and its value, with a line below.
import QtQuick
import "../theme"

Item {
    id: fact
    property string name
    property string value

    implicitHeight: row.implicitHeight + Theme.px(14)
    readonly property bool whole: true

    Flow {
        id: row
        width: parent.width
        spacing: Theme.px(10)
        Words {
            id: label
            width: Math.max(implicitWidth, Theme.px(270))
            role: "caption"
            topPadding: Theme.px(4)
            text: fact.name
        }
        Words {
            width: Math.min(implicitWidth, row.width)
            role: "label"
            leading: Theme.leadingBody
            wrapMode: Text.Wrap
            text: fact.value
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Math.max(1, Theme.line - 1)
        color: Theme.divider
    }
}
