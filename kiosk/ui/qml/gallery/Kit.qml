// A window of the kit's gallery: one page, as high as its content, dressed as for a window of the nominal size.
import QtQuick
import QtQuick.Window
import booth
import "../theme"
import "../controls"

Window {
    id: window
    required property WindowStage stage
    required property var shown
    required property size nominal
    required property string page
    readonly property int wanted: Math.max(Theme.px(300), Math.ceil(place.height) + 2 * Theme.space(4))

    color: Theme.bg
    Component.onCompleted: place.setSource(page + ".qml", {
        stage: stage,
        shown: shown,
        nominal: nominal
    })

    Dressing {
        stage: window.stage
        windowWidth: window.nominal.width
        windowHeight: window.nominal.height
    }
    Loader {
        id: place
        x: Theme.margin
        y: Theme.space(4)
        width: window.width - 2 * Theme.margin
    }
}
