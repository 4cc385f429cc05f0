// The edge of what cannot be pressed now: dashed, so that no one has to tell it by its colour.
import QtQuick
import QtQuick.Shapes
import "../theme"

Shape {
    id: edge
    property int corner: Theme.radius(1)

    anchors.fill: parent
    ShapePath {
        strokeColor: Theme.outline
        strokeWidth: Theme.line
        strokeStyle: ShapePath.DashLine
        dashPattern: [4, 3]
        fillColor: "transparent"
        PathRectangle {
            x: 1
            y: 1
            width: edge.width - 2
            height: edge.height - 2
            radius: edge.corner
        }
    }
}
