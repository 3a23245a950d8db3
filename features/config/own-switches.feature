Feature: Switches of the operator's own

  Each switch is a key like any other: judged, explained, counted as a change, laid over by stronger layers.

  @proves:features.*
  Scenario: What the service itself does behind a switch
    When an anonymous client requests a greeting for "Ada"
    Then the response has no link header
    When the operator sets features.announceGreetV2 to true
    And an anonymous client requests a greeting for "Ada"
    Then the response header link is '</api/v2/greet>; rel="successor-version"'
    When the operator sets features.announceGreetV2 to false
    And an anonymous client requests a greeting for "Ada"
    Then the response has no link header

  Scenario: Layers are laid over each other by name
    Given the service was started with the settings:
      """
      features: {newCheckout: true}
      """
    And Ada is logged in
    When the operator adds the switch darkMode to test.yaml
    And Ada asks which switches are on
    Then the switches are:
      | newCheckout | on |
      | darkMode    | on |
    And the operator reads that features.newCheckout comes from file:local.yaml
    And the operator reads that features.darkMode comes from file:test.yaml

  Scenario: The environment pins one
    Given the service was started with ROLLCALL_FEATURES_NEW_CHECKOUT set to "true"
    And Ada is logged in
    When the operator sets in one go:
      | features.newCheckout | false |
      | features.darkMode    | true  |
    And Ada asks which switches are on
    Then the switches are:
      | newCheckout | on |
      | darkMode    | on |
    And the environment pins features.newCheckout by ROLLCALL_FEATURES_NEW_CHECKOUT
    And the operator reads that features.newCheckout comes from env:ROLLCALL_FEATURES_NEW_CHECKOUT

  Scenario: A switch that is gone is no key any more
    Given the operator has set features.newCheckout to true
    Then the operator reads that features.newCheckout comes from file:local.yaml
    When the operator clears the settings
    Then the operator finds no key features.newCheckout

  Scenario: Two instances, each with its own files
    Given Ada is logged in
    And the operator has set features.newCheckout to true
    And a second instance runs on the same database
    When the operator sets features.newCheckout to false
    And Ada asks which switches are on at the second instance
    Then the switches are:
      | newCheckout | on |

  Scenario Outline: <what> is refused
    When the operator writes the settings, which are refused:
      """
      features: {<switch>}
      """
    Then the operator reads that features.<key> of local.yaml is <code>

    Examples:
      | what                       | switch                | key          | code          |
      | a word that reads like yes | newCheckout: yes      | newCheckout  | wrong_type    |
      | a number                   | newCheckout: 1        | newCheckout  | wrong_type    |
      | a switch within a switch   | checkout: {new: true} | checkout     | wrong_type    |
      | nothing                    | newCheckout: null     | newCheckout  | wrong_type    |
      | a name with a hyphen       | new-checkout: true    | new-checkout | forbidden_key |
      | a name in capitals         | NewCheckout: true     | NewCheckout  | forbidden_key |
      | a name that objects have   | constructor: true     | constructor  | forbidden_key |
      | the name of the prototype  | __proto__: true       | __proto__    | forbidden_key |

  Scenario: A name that nearly is one
    When the operator writes the settings, which are refused:
      """
      features: {new-checkout: true}
      """
    Then the operator reads a suggestion of "features.newCheckout"

  Scenario: Too many of them
    When the operator writes 201 switches, which is refused
    Then the operator reads of the fault "features must have at most 200 flags"
