// An outline icon in the colour asked for, rendered at the size of the device.
import QtQuick
import QtQuick.Window
import "../theme"

Image {
    property string name
    property color colour: Theme.text
    property int side: Theme.icon

    width: side
    height: side
    sourceSize: Qt.size(Math.round(width * Screen.devicePixelRatio), Math.round(height * Screen.devicePixelRatio))
    source: name ? "image://icon/" + name + "/" + colour.toString().slice(1) : ""
    fillMode: Image.PreserveAspectFit
    Accessible.ignored: true
}
