// One key of a keypad.
import QtQuick
import "../theme"

Pressable {
    id: key
    property string text
    property string icon
    property bool words: false

    name: text

    Rectangle {
        anchors.fill: parent
        radius: key.corner
        color: key.down ? Theme.selected : Theme.surface
        border.width: Theme.line
        border.color: Theme.outline
    }
    Words {
        anchors.centerIn: parent
        visible: key.icon === ""
        width: parent.width - Theme.space(1)
        wrapMode: Text.NoWrap
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.px(20)
        horizontalAlignment: Text.AlignHCenter
        text: key.text
        color: key.down ? Theme.selectedText : Theme.text
        font.pixelSize: key.words ? Theme.label : Theme.digit
        font.weight: Font.DemiBold
        leading: Theme.leadingNatural
        Accessible.ignored: true
    }
    Icon {
        anchors.centerIn: parent
        visible: key.icon !== ""
        name: key.icon
        side: Theme.px(60)
        colour: key.down ? Theme.selectedText : Theme.text
    }
}
