// A discreet mark on every screen of a trial installation.
import QtQuick
import "../theme"

Rectangle {
    implicitWidth: words.implicitWidth + 2 * Theme.space(2)
    implicitHeight: Math.round(words.implicitHeight + Theme.px(10))
    width: implicitWidth
    height: implicitHeight
    radius: height / 2
    color: Theme.surface
    border.width: Theme.line
    border.color: Theme.outline

    Words {
        id: words
        anchors.centerIn: parent
        wrapMode: Text.NoWrap
        color: Theme.muted
        font.pixelSize: Theme.px(19)
        font.weight: Font.DemiBold
        font.letterSpacing: Theme.px(1)
        leading: Theme.leadingNatural
        text: qsTr("TRIAL OPERATION")
    }
}
