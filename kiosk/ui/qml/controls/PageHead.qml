// The top of a page: where one is, what it is a part of, and its title. In large letters the steps stand in one line.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Column {
    id: head
    property var shown: ({})
    property bool wide: false
    // A sign before the title: what was done, or what kind of page it is.
    property string sign
    property bool done: false
    property color colour: Theme.primary
    // How wide something beside the title is.
    property int beside: 0
    property string role: Theme.textSize > 1 && !wide ? "h2" : "h1"

    spacing: Theme.px(wide ? 20 : Theme.low || Theme.textSize > 1 ? 10 : 16)

    Loader {
        active: head.wide && head.sign !== ""
        visible: active
        sourceComponent: head.done ? tick : chip
    }
    Component {
        id: tick
        Tick {}
    }
    Component {
        id: chip
        Chip {
            icon: head.sign
            ground: head.colour
            ink: Theme.chipText
        }
    }
    Flow {
        visible: bar.visible || advisory.visible
        width: parent.width - head.beside
        spacing: Theme.space(1)

        StepBar {
            id: bar
            inLine: !head.wide
            most: parent.width
            step: head.shown.step || null
        }
        Advisory {
            id: advisory
            most: parent.width
            text: head.shown.stamp || ""
        }
    }
    Words {
        width: parent.width
        visible: text !== "" && head.wide
        role: "caption"
        font.weight: Font.DemiBold
        leading: Theme.leadingTight
        text: head.shown.about || ""
    }
    Row {
        width: parent.width - head.beside
        spacing: Theme.space(2)

        Loader {
            id: small
            active: !head.wide && head.done
            visible: active
            sourceComponent: Tick {
                side: Theme.px(76)
            }
        }
        Words {
            width: parent.width - (small.active ? small.width + parent.spacing : 0)
            role: head.role
            font.weight: Font.Bold
            text: head.shown.title || ""
        }
    }
}
