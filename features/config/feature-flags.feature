Feature: Feature flags

  A feature flag is a setting like any other: it is validated, has a source, and can be overridden.

  @proves:features.*
  Scenario: A feature flag of the service itself
    When an anonymous client requests a greeting for "Ada"
    Then the response has no link header
    When the operator sets features.announceGreetV2 to true
    And an anonymous client requests a greeting for "Ada"
    Then the response header link is '</api/v2/greet>; rel="successor-version"'
    When the operator sets features.announceGreetV2 to false
    And an anonymous client requests a greeting for "Ada"
    Then the response has no link header

  Scenario: Flags from several files are merged by name
    Given the service was started with the settings:
      """
      features: {newCheckout: true}
      """
    And Ada is logged in
    When the operator adds the feature flag darkMode to test.yaml
    And Ada requests the feature flags
    Then the feature flags are:
      | newCheckout | on |
      | darkMode    | on |
    And the setting features.newCheckout comes from file:local.yaml
    And the setting features.darkMode comes from file:test.yaml

  Scenario: The environment overrides a flag
    Given the service was started with ROLLCALL_FEATURES_NEW_CHECKOUT set to "true"
    And Ada is logged in
    When the operator sets:
      | features.newCheckout | false |
      | features.darkMode    | true  |
    And Ada requests the feature flags
    Then the feature flags are:
      | newCheckout | on |
      | darkMode    | on |
    And the environment variable ROLLCALL_FEATURES_NEW_CHECKOUT overrides features.newCheckout
    And the setting features.newCheckout comes from env:ROLLCALL_FEATURES_NEW_CHECKOUT

  Scenario: A flag that was removed is no longer a setting
    Given the operator has set features.newCheckout to true
    Then the setting features.newCheckout comes from file:local.yaml
    When the operator empties local.yaml
    Then the setting features.newCheckout does not exist

  Scenario: Each instance has its own flags
    Given Ada is logged in
    And the operator has set features.newCheckout to true
    And a second instance is running
    When the operator sets features.newCheckout to false
    And Ada requests the feature flags on the second instance
    Then the feature flags are:
      | newCheckout | on |

  Scenario Outline: <problem> is rejected
    When the operator writes an invalid local.yaml:
      """
      features: {<flag>}
      """
    Then the reload fails with <code> for features.<key> in local.yaml

    Examples:
      | problem                    | flag                  | key          | code          |
      | yes instead of true        | newCheckout: yes      | newCheckout  | wrong_type    |
      | a number                   | newCheckout: 1        | newCheckout  | wrong_type    |
      | a nested flag              | checkout: {new: true} | checkout     | wrong_type    |
      | no value                   | newCheckout: null     | newCheckout  | wrong_type    |
      | a name with a hyphen       | new-checkout: true    | new-checkout | forbidden_key |
      | a capitalized name         | NewCheckout: true     | NewCheckout  | forbidden_key |
      | a property name of objects | constructor: true     | constructor  | forbidden_key |
      | the name __proto__         | __proto__: true       | __proto__    | forbidden_key |

  Scenario: A suggestion for an invalid name
    When the operator writes an invalid local.yaml:
      """
      features: {new-checkout: true}
      """
    Then the reload error suggests "features.newCheckout"

  Scenario: Too many flags
    When the operator writes local.yaml with 201 feature flags
    Then the reload error message is "features must have at most 200 flags"
