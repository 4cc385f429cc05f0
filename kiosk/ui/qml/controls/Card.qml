// A white sheet with a soft shadow (an outline in the contrast schemes).
import QtQuick
import "../theme"

Item {
    id: card
    property int corner: Theme.radius(2)
    property color ground: Theme.surface
    property color edge: Theme.light ? Theme.divider : Theme.outline
    property int edgeWidth: Theme.light ? 1 : Theme.line
    default property alias content: inside.data

    Shadow {
        anchors.fill: parent
        radius: card.corner
    }
    Rectangle {
        anchors.fill: parent
        radius: card.corner
        color: card.ground
        border.width: card.edgeWidth
        border.color: card.edge
    }
    Item {
        id: inside
        anchors.fill: parent
    }
}
