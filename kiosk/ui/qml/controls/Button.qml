// A button with words and an icon; `strong` is the way on, and there is one on a screen.
import QtQuick
import "../theme"

Pressable {
    id: button

    property string text
    property string icon
    property bool iconRight: false
    property bool strong: false
    property bool onHeader: false
    property bool iconOnly: false
    // The words stand small below the icon, where they do not fit beside it.
    property bool upright: false

    readonly property color ground: !enabled ? Theme.disabledBg
                                    : strong ? (down ? Theme.primaryDown : Theme.primary)
                                    : onHeader ? (down ? Theme.headerText : Theme.header)
                                    : down ? Theme.selected : Theme.surface
    readonly property color ink: !enabled ? Theme.disabledText
                                 : strong ? (down ? Theme.primaryDownText : Theme.primaryText)
                                 : onHeader ? (down ? Theme.header : Theme.headerText)
                                 : down ? Theme.selectedText : Theme.primary

    name: text
    // Its width with its words, whether they are shown or not.
    readonly property int wordsWidth: Math.ceil((icon ? Theme.icon + Theme.space(1) : 0) + label.implicitWidth)
                                      + 2 * Theme.px(strong ? 48 : 32)
    implicitWidth: iconOnly ? Math.max(Theme.target, Theme.px(100))
                   : upright ? Math.max(Theme.target, Math.ceil(label.implicitWidth) + 2 * Math.max(16, Theme.space(1))) : wordsWidth
    implicitHeight: Math.max(onHeader ? Theme.target : Theme.px(84),
                             label.implicitHeight + (upright ? sign.height + Theme.px(12) : Theme.px(24)))

    Rectangle {
        anchors.fill: parent
        radius: button.corner
        color: button.ground
        border.width: button.enabled ? Theme.line : 0
        border.color: button.onHeader ? Theme.headerOutline : Theme.primary
    }
    DashedEdge {
        visible: !button.enabled
        corner: button.corner
    }
    Item {
        anchors.centerIn: parent
        width: button.iconOnly ? sign.width : button.upright ? label.width
               : button.wordsWidth - 2 * Theme.px(button.strong ? 48 : 32)
        height: button.upright ? sign.height + label.height : parent.height

        Icon {
            id: sign
            y: button.upright ? 0 : Math.round((parent.height - height) / 2)
            x: button.upright ? Math.round((parent.width - width) / 2)
               : button.iconRight && !button.iconOnly ? parent.width - width : 0
            visible: name !== ""
            name: button.icon
            colour: button.ink
            // The header keeps its height, and the tools their distance from what pages below it.
            side: button.onHeader && button.upright ? Math.min(Theme.icon, Theme.px(40)) : Theme.icon
        }
        Text {
            id: label
            y: button.upright ? sign.height : Math.round((parent.height - height) / 2)
            x: button.upright || button.iconRight || !button.icon ? 0 : sign.width + Theme.space(1)
            visible: !button.iconOnly
            text: button.text
            color: button.ink
            font.family: Theme.family
            font.pixelSize: button.upright ? (button.onHeader ? Math.min(Theme.caption, Theme.px(33)) : Theme.caption) : Theme.label
            font.weight: Font.DemiBold
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
    }
}
