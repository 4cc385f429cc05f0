// The window: header, one screen, footer, sheets. It knows where things stand, and nothing of what they mean.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import booth
import "theme"
import "controls"

Window {
    id: window
    required property WindowStage stage
    property Voice voice: null
    // Where the bar below begins, with the tools that stand on it in portrait.
    readonly property int bottom: height - footer.height - (tools.active ? tools.height + 2 * Theme.space(2) : 0)
    readonly property bool hero: stage.screen === "Attract" || stage.screen === "Menu"

    title: stage.municipality
    color: Theme.bg

    Dressing {
        stage: window.stage
        windowWidth: window.width
        windowHeight: window.height
    }

    // Order here is the order of Tab: the screen, the way on, the tools.
    Loader {
        id: place
        objectName: "screen"
        readonly property var face: item
        // Below the header's stripe, which would lie over what pages.
        y: Theme.headerHeight + (window.hero ? 0 : Theme.stripeHeight)
        width: window.width
        height: window.bottom - above.height - y

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
            if (place.face && place.face.screen === window.stage.screen)
                place.face.shown = window.stage.view;
        }
    }
    AboveFooter {
        id: above
        y: window.bottom - height
        width: window.width
        stage: window.stage
        footer: footer
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
            upright: Theme.textSize > 1
        }
    }
    Footer {
        id: footer
        y: window.height - height
        width: window.width
        stage: window.stage
        face: place.face
    }
    Header {
        id: header
        width: window.width
        stage: window.stage
        stripe: !window.hero
        crest: window.stage.screen !== "Attract"
    }
    // Over the page, which does not move for it: the next touch takes it away.
    Notice {
        objectName: "crowded"
        x: Theme.margin
        y: above.y - height - Theme.space(1)
        width: Math.min(implicitWidth, window.width - 2 * Theme.margin)
        implicitWidth: Theme.px(1000)
        height: implicitHeight
        kind: "warning"
        icon: "hand-stop"
        role: "body"
        text: window.stage.crowded ? qsTr("Touch the button with one finger only, and not for long.") : ""
    }
    Loader {
        id: sheet
        anchors.fill: parent
        active: window.stage.sheet !== ""
        sourceComponent: ({ language: language, accessibility: accessibility, help: help, dark: dark, idle: idle })[window.stage.sheet] || null
    }
    Component {
        id: language
        LanguageSheet {
            stage: window.stage
        }
    }
    Component {
        id: accessibility
        AccessibilitySheet {
            stage: window.stage
            voice: window.voice
        }
    }
    Component {
        id: help
        HelpSheet {
            stage: window.stage
        }
    }
    Component {
        id: dark
        DarkSheet {
            stage: window.stage
            voice: window.voice
        }
    }
    Component {
        id: idle
        IdleSheet {
            stage: window.stage
        }
    }
    // Over everything: whoever listens in the dark is read by nobody, and a hand on the glass does nothing.
    Rectangle {
        objectName: "darkness"
        anchors.fill: parent
        z: 10
        visible: window.voice !== null && window.voice.dark
        color: Theme.darkness
        Accessible.ignored: true

        MouseArea {
            anchors.fill: parent
        }
        // A hand that looks for the screen is told how to find it.
        Words {
            objectName: "dark_words"
            x: Theme.margin
            y: parent.height - height - Theme.space(6)
            width: parent.width - 2 * Theme.margin
            horizontalAlignment: Text.AlignHCenter
            role: "h2"
            color: Theme.darknessText
            text: window.voice !== null ? window.voice.darkWords : ""
        }
    }
}
