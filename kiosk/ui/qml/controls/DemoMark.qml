// A discreet mark on every screen of a trial installation: it stands on the header's second line.
import QtQuick
import "../theme"

Rectangle {
    implicitWidth: words.implicitWidth + 2 * Theme.space(2)
    implicitHeight: Math.round(words.implicitHeight + Theme.px(4))
    width: implicitWidth
    height: implicitHeight
    radius: height / 2
    color: Theme.header
    border.width: Theme.line
    border.color: Theme.headerOutline

    Words {
        id: words
        anchors.centerIn: parent
        wrapMode: Text.NoWrap
        color: Theme.headerText
        font.pixelSize: Theme.headerMark
        font.weight: Font.DemiBold
        font.letterSpacing: Theme.px(1)
        leading: Theme.leadingNatural
        text: qsTr("TRIAL OPERATION")
    }
}
