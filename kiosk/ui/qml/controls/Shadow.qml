// A soft shadow for a card, from a few stacked rectangles: the software renderer has no blur.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Item {
    id: shadow
    property int radius: Theme.radius(2)

    visible: Theme.light
    Repeater {
        model: 9
        Rectangle {
            required property int index
            readonly property int spread: Theme.px(2 * index)

            x: -spread
            y: Theme.px(8) - spread
            width: shadow.width + 2 * spread
            height: shadow.height + 2 * spread
            radius: shadow.radius + spread
            color: Theme.shadow
        }
    }
}
