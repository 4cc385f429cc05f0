// One key of a keypad.
import QtQuick
import "../theme"

Pressable {
    id: key
    property string text
    property string icon
    property bool words: false
    property bool letterSized: false
    readonly property bool lit: down || checked

    name: text
    rolls: true

    Rectangle {
        anchors.fill: parent
        radius: key.corner
        color: key.lit ? Theme.selected : Theme.surface
        border.width: key.checked ? Theme.lineStrong : Theme.line
        border.color: key.checked ? Theme.primary : Theme.outline
    }
    Words {
        anchors.centerIn: parent
        visible: key.icon === ""
        width: parent.width - (key.words ? 2 * Math.max(18, Theme.px(18)) : Theme.space(1))
        height: parent.height
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.NoWrap
        fontSizeMode: Text.Fit
        minimumPixelSize: Theme.px(20)
        horizontalAlignment: Text.AlignHCenter
        text: key.text
        color: key.lit ? Theme.selectedText : Theme.text
        font.pixelSize: key.words ? Theme.label : key.letterSized ? Theme.h2 : Theme.digit
        font.weight: Font.DemiBold
        leading: Theme.leadingNatural
        Accessible.ignored: true
    }
    Icon {
        anchors.centerIn: parent
        visible: key.icon !== ""
        name: key.icon
        side: Math.min(Theme.px(60), key.height - Theme.px(24))
        colour: key.lit ? Theme.selectedText : Theme.text
    }
}
