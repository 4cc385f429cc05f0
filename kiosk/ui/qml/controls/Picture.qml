// A picture that the town hall has signed, whole and in its own colours: on white in every scheme, as it was drawn.
import QtQuick
import QtQuick.Window
import "../theme"

Rectangle {
    id: frame
    // As assets.pictures has packed it; what it shows, for whoever does not see it.
    property string picture
    property string alt
    property int side: Theme.px(176)
    // Drawn once, as large as it is ever shown: a page that draws together only makes it smaller.
    readonly property int drawn: Math.round(Theme.px(320) * Screen.devicePixelRatio)

    visible: picture !== ""
    width: side
    height: side
    radius: Theme.radius(0)
    color: Theme.paper
    border.width: Math.max(1, Theme.line - 1)
    border.color: Theme.outline

    Image {
        anchors.fill: parent
        anchors.margins: Theme.px(8)
        cache: false
        mipmap: true
        sourceSize: Qt.size(frame.drawn, frame.drawn)
        source: frame.picture ? "image://picture/" + frame.picture : ""
        fillMode: Image.PreserveAspectFit
        Accessible.role: Accessible.Graphic
        Accessible.name: frame.alt
        Accessible.ignored: frame.alt === ""
    }
}
