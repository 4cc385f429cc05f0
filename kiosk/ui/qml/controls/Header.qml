// The municipality's name, the clock, the tools, and one bright stripe below. Icons alone when words do not fit.
pragma ComponentBehavior: Bound
import QtQuick
import booth
import "../theme"

Rectangle {
    id: header
    required property WindowStage stage
    property bool stripe: true

    readonly property int seal: Theme.px(76)
    readonly property int gap: Theme.space(3)
    // How large its letters may grow: standing there is room beside the name, lying the tools take it.
    readonly property real growth: Theme.portrait ? 1.3 : 1
    readonly property int nameWidth: Math.ceil(Math.max(name.implicitWidth, unit.implicitWidth))
    readonly property int room: width - 2 * Theme.margin
    readonly property int named: seal + Theme.px(20) + nameWidth + gap + full.implicitWidth + gap
    // What gives way first: the long date, then the words of the tools.
    readonly property bool shortly: Theme.portrait || (tools.active ? named : nameWidth) + longDate.width > room
    readonly property bool crowded: !Theme.portrait && named + shortDate.width > room
    // The name draws together by a little more than a quarter before a word of the tools is lost.
    readonly property bool overcrowded: crowded && named - full.implicitWidth + upright.implicitWidth + shortDate.width
                                        - Math.floor(nameWidth * 0.28) > room

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

    Rectangle {
        id: disc
        x: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -Math.round(Theme.markHeight / 2)
        width: header.seal
        height: width
        radius: width / 2
        color: Theme.headerText

        Icon {
            anchors.centerIn: parent
            name: "building-bank"
            side: Theme.px(48)
            colour: Theme.header
        }
    }
    Column {
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -Math.round(Theme.markHeight / 2)
        x: disc.x + disc.width + Theme.px(20)
        width: Math.min(header.nameWidth, (Theme.portrait || !tools.item ? header.width - Theme.margin : tools.x)
                        - header.gap - clock.width - header.gap - x)

        Words {
            id: name
            width: parent.width
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.px(20)
            font.pixelSize: Math.min(Theme.h2, Theme.px(34 * header.growth))
            font.weight: Font.Bold
            color: Theme.headerText
            text: header.stage.municipality
        }
        Words {
            id: unit
            width: parent.width
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.px(20)
            role: "caption"
            leading: Theme.leadingTight
            font.pixelSize: Math.min(Theme.caption, Theme.px(27 * header.growth))
            color: Theme.headerMuted
            text: header.stage.unitName
        }
    }
    Column {
        id: clock
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -Math.round(Theme.markHeight / 2)
        x: (tools.item ? tools.x - header.gap : header.width - Theme.margin) - width
        width: Math.ceil(Math.max(time.implicitWidth, date.implicitWidth))

        Words {
            id: time
            anchors.right: parent.right
            font.pixelSize: Math.min(Theme.h2, Theme.px(40 * header.growth))
            font.weight: Font.Bold
            leading: 1.1
            color: Theme.headerText
            text: header.stage.clock.time
        }
        Words {
            id: date
            anchors.right: parent.right
            role: "caption"
            leading: Theme.leadingTight
            font.pixelSize: Math.min(Theme.caption, Theme.px(27 * header.growth))
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
        anchors.verticalCenterOffset: -Math.round(Theme.markHeight / 2)
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
