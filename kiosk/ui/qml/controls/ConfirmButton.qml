// What confirms and cannot be taken back: taller than any other button, its words in as many lines as they need.
import QtQuick
import "../theme"

Pressable {
    id: button
    property string text
    property string icon: "check"
    readonly property int pad: Theme.px(28)

    name: text
    implicitHeight: Math.max(Theme.px(Theme.low ? 108 : 148), label.implicitHeight + 2 * Theme.px(24))

    Rectangle {
        anchors.fill: parent
        radius: button.corner
        color: !button.enabled ? Theme.disabledBg : button.down ? Theme.primaryDown : Theme.primary
        border.width: button.enabled ? Theme.line : 0
        border.color: Theme.primary
    }
    DashedEdge {
        visible: !button.enabled
        corner: button.corner
    }
    Words {
        id: label
        anchors.verticalCenter: parent.verticalCenter
        x: button.pad
        width: sign.x - x - Theme.space(1)
        role: "label"
        font.pixelSize: Math.round((Theme.label + Theme.h2) / 2)
        color: sign.colour
        text: button.text
        Accessible.ignored: true
    }
    Icon {
        id: sign
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - width - button.pad
        name: button.icon
        side: Math.round(Theme.icon * 1.3)
        colour: !button.enabled ? Theme.disabledText : button.down ? Theme.primaryDownText : Theme.primaryText
    }
}
