// The window: header, one screen, footer, sheets. It knows where things stand, and nothing of what they mean.
import QtQuick
import QtQuick.Window
import "theme"
import "controls"

Window {
    id: window
    required property QtObject stage
    readonly property bool keysInUse: stage.byKeys
    readonly property bool hero: stage.screen === "Attract" || stage.screen === "Menu"

    title: stage.municipality
    color: Theme.bg

    Binding {
        target: Theme
        property: "windowWidth"
        value: window.width
    }
    Binding {
        target: Theme
        property: "windowHeight"
        value: window.height
    }
    Binding {
        target: Theme
        property: "scheme"
        value: window.stage.scheme
    }
    Binding {
        target: Theme
        property: "textSize"
        value: window.stage.textSize
    }
    Binding {
        target: Theme
        property: "motionWanted"
        value: window.stage.motion
    }

    // Order here is the order of Tab: the screen, the way on, the tools.
    Loader {
        id: place
        objectName: "screen"
        y: Theme.headerHeight
        width: window.width
        height: window.height - Theme.headerHeight - Theme.footerHeight - (tools.active ? tools.height + Theme.space(2) : 0)

        function bring() {
            setSource("screens/" + window.stage.screen + ".qml", {
                stage: window.stage,
                shown: window.stage.view
            });
        }
        Component.onCompleted: bring()
    }
    Connections {
        target: window.stage
        function onScreenChanged() {
            place.bring();
        }
        function onViewChanged() {
            if (place.item && place.item.screen === window.stage.screen)
                place.item.shown = window.stage.view;
        }
    }
    Loader {
        id: tools
        active: Theme.portrait
        x: Theme.margin
        y: footer.y - height - Theme.space(2)
        width: window.width - 2 * Theme.margin
        sourceComponent: Tools {
            stage: window.stage
            onHeader: false
            iconOnly: Theme.textSize > 1
        }
    }
    Footer {
        id: footer
        y: window.height - height
        width: window.width
        stage: window.stage
    }
    Header {
        id: header
        width: window.width
        stage: window.stage
        stripe: !window.hero
    }
    DemoMark {
        visible: window.stage.demo
        anchors.horizontalCenter: parent.horizontalCenter
        y: header.height - Math.round(height / 2) + Theme.stripeHeight / 2
    }
    Loader {
        id: sheet
        anchors.fill: parent
        active: window.stage.sheet !== ""
        sourceComponent: ({ accessibility: accessibility, help: help, introduction: introduction, idle: idle })[window.stage.sheet] || null
    }
    Component {
        id: accessibility
        AccessibilitySheet {
            stage: window.stage
        }
    }
    Component {
        id: help
        HelpSheet {
            stage: window.stage
        }
    }
    Component {
        id: introduction
        IntroductionSheet {
            stage: window.stage
        }
    }
    Component {
        id: idle
        IdleSheet {
            stage: window.stage
        }
    }
}
