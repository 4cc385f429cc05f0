// The municipality's name, the clock, the tools, and one bright stripe below. Icons alone when words do not fit.
pragma ComponentBehavior: Bound
import QtQuick
import booth
import "../theme"

Rectangle {
    id: header
    required property WindowStage stage
    property bool stripe: true
    // Not where the crest stands larger on the screen itself.
    property bool crest: true

    readonly property int seal: Theme.px(76)
    readonly property int gap: Theme.space(3)
    // How large its letters may grow: standing there is room beside the name, lying the tools take it.
    readonly property real growth: Theme.portrait ? 1.3 : 1
    readonly property bool unitNamed: Theme.textSize < 3
    readonly property int nameX: Theme.margin + (crest ? seal + Theme.px(20) : 0)
    readonly property int nameWidth: Math.ceil(Math.max(name.implicitWidth, (unitNamed ? unit.implicitWidth : 0)
                                                        + (mark.visible ? mark.width + Theme.px(16) : 0)))
    readonly property int room: width - 2 * Theme.margin
    // The unit's name draws together, or goes, before the tools do.
    readonly property int named: nameX - Theme.margin + Math.ceil(name.implicitWidth) + gap + full.implicitWidth + gap
    // What gives way first: the long date, then the words of the tools.
    readonly property bool shortly: Theme.portrait || (tools.active ? named : nameWidth) + longDate.width > room
    readonly property bool crowded: !Theme.portrait && (Theme.textSize > 2 || named + shortDate.width > room)
    // The name draws together by a third and the date goes, before a word of the tools is lost.
    readonly property int spare: room - (named - full.implicitWidth + upright.implicitWidth - Math.floor(name.implicitWidth / 3))
    readonly property bool overcrowded: crowded && spare < time.implicitWidth
    readonly property bool dated: !crowded || overcrowded || spare >= shortDate.width

    height: Theme.headerHeight

    TextMetrics {
        id: longDate
        font: date.font
        text: header.stage.clock.date
    }
    TextMetrics {
        id: shortDate
        font: date.font
        text: header.stage.clock.short
    }
    color: Theme.header

    Crest {
        id: disc
        x: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        visible: header.crest
        side: header.seal
    }
    Column {
        id: place
        anchors.verticalCenter: parent.verticalCenter
        x: header.nameX
        width: Math.min(header.nameWidth, (Theme.portrait || !tools.item ? header.width - Theme.margin : tools.x)
                        - header.gap - clock.width - header.gap - x)

        Words {
            id: name
            width: parent.width
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.px(20)
            font.pixelSize: Math.round(Theme.headerName * header.growth)
            font.weight: Font.Bold
            color: Theme.headerText
            text: header.stage.municipality
        }
        Row {
            spacing: Theme.px(16)

            Words {
                id: unit
                anchors.verticalCenter: parent.verticalCenter
                readonly property int room: place.width - (mark.visible ? mark.width + parent.spacing : 0)
                // At the largest text there is one name: the municipality's. A piece of a name is none.
                visible: header.unitNamed && room >= Math.ceil(implicitWidth * minimumPixelSize / font.pixelSize) + 2
                width: Math.min(implicitWidth, room)
                wrapMode: Text.NoWrap
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Theme.px(20)
                role: "caption"
                leading: Theme.leadingTight
                font.pixelSize: Math.round(Theme.headerSmall * header.growth)
                color: Theme.headerMuted
                text: header.stage.unitName
            }
            DemoMark {
                id: mark
                anchors.verticalCenter: parent.verticalCenter
                visible: header.stage.demo
            }
        }
    }
    Column {
        id: clock
        anchors.verticalCenter: parent.verticalCenter
        x: (tools.item ? tools.x - header.gap : header.width - Theme.margin) - width
        width: Math.ceil(Math.max(time.implicitWidth, header.dated ? date.implicitWidth : 0))

        Words {
            id: time
            anchors.right: parent.right
            font.pixelSize: Math.round(Theme.headerClock * header.growth)
            font.weight: Font.Bold
            leading: 1.1
            color: Theme.headerText
            text: header.stage.clock.time
        }
        Words {
            id: date
            visible: header.dated
            anchors.right: parent.right
            role: "caption"
            leading: Theme.leadingTight
            font.pixelSize: Math.round(Theme.headerSmall * header.growth)
            color: Theme.headerMuted
            text: header.shortly ? header.stage.clock.short : header.stage.clock.date
        }
    }
    // Measures how wide the tools are with their words.
    Tools {
        id: full
        stage: header.stage
        visible: false
        enabled: false
    }
    Tools {
        id: upright
        stage: header.stage
        upright: true
        visible: false
        enabled: false
    }
    Loader {
        id: tools
        active: !Theme.portrait && !Theme.lowReach
        anchors.verticalCenter: parent.verticalCenter
        x: header.width - Theme.margin - width
        sourceComponent: Tools {
            stage: header.stage
            upright: header.crowded && !header.overcrowded
            brief: header.overcrowded
        }
    }
    Rectangle {
        visible: header.stripe
        anchors.top: parent.bottom
        width: parent.width
        height: Theme.stripeHeight
        color: Theme.light ? Theme.stripe : Theme.divider
    }
}
