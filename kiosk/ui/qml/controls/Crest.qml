// The municipality's crest on white, in its own colours; where the town hall has set none, a neutral sign.
import QtQuick
import QtQuick.Window
import "../theme"

Rectangle {
    id: disc
    property int side: Theme.px(76)

    width: side
    height: side
    radius: side / 2
    color: Theme.crested ? Theme.paper : Theme.headerText

    Icon {
        anchors.centerIn: parent
        visible: !Theme.crested
        name: "building-bank"
        side: Math.round(disc.side * 0.63)
        colour: Theme.header
    }
    Image {
        // The largest square that a round place holds.
        readonly property int part: Math.round(disc.side * 0.7)
        anchors.centerIn: parent
        visible: Theme.crested
        width: part
        height: part
        sourceSize: Qt.size(Math.round(part * Screen.devicePixelRatio), Math.round(part * Screen.devicePixelRatio))
        source: visible ? "image://crest/" + disc.side : ""
        fillMode: Image.PreserveAspectFit
        Accessible.ignored: true
    }
}
